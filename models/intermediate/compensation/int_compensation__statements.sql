{# Statements of open quarters, with what comes over from the quarters before. #}
{% set payable = 'greatest(0, due_amount + carried_in)' %}
with

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

    where not is_locked

),

earnings as (

    select * from {{ ref('int_compensation__earnings') }}
    where scenario = 'paid'

),

adjustments as (

    select
        quarter,
        csm_id,
        currency,
        sum(adjustment_amount) as adjustment_amount
    from {{ ref('int_compensation__adjustments') }}
    group by quarter, csm_id, currency

),

troubles as (

    select
        quarter,
        csm_id,
        min(trouble) as held_reason
    from {{ ref('int_compensation__troubles') }}
    group by quarter, csm_id

),

locked as (

    select
        csm_id,
        currency,
        {{ arg_max('carried_out', 'quarter') }} as carried_out
    from {{ ref('int_compensation__locked_statements') }}
    -- One that was closed as held leaves untouched what came over.
    where carried_out is not null
    group by csm_id, currency

),

due as (

    select
        earnings.*,
        quarters.quarter_start_date,
        troubles.held_reason,
        cast(coalesce(adjustments.adjustment_amount, 0) as decimal(18, 2)) as adjustment_amount,
        coalesce(locked.carried_out, 0) as first_carried,
        case
            when troubles.csm_id is null
                then greatest(earnings.earned_bonus, coalesce(earnings.guarantee_amount, 0))
        end + coalesce(adjustments.adjustment_amount, 0) as due_amount

    from earnings

    inner join quarters on earnings.quarter = quarters.quarter

    left join adjustments
        on
            earnings.quarter = adjustments.quarter
            and earnings.csm_id = adjustments.csm_id
            and earnings.currency = adjustments.currency

    left join troubles
        on earnings.quarter = troubles.quarter and earnings.csm_id = troubles.csm_id

    left join locked
        on earnings.csm_id = locked.csm_id and earnings.currency = locked.currency

),

summed as (

    select
        *,
        first_carried + coalesce(
            sum(due_amount) over (partition by csm_id, currency order by quarter_start_date), 0
        ) as sum_amount

    from due

),

-- What is below 0 is carried on; a sum that rose above 0 was paid out.
carried as (

    select
        *,
        sum_amount - greatest(
            max(sum_amount) over (partition by csm_id, currency order by quarter_start_date), 0
        ) as carried_out

    from summed

),

followed as (

    select
        *,
        lag(carried_out, 1, first_carried) over (
            partition by csm_id, currency order by quarter_start_date
        ) as carried_in

    from carried

)

select
    csm_id,
    quarter,
    plan_version,
    currency,
    case when held_reason is null then 'provisional' else 'held' end as status,
    held_reason,
    book_accounts,
    {%- for figure in ['opening_book_mrr', 'net_mrr_churn_rate', 'grr', 'payout_factor'] %}
    case when held_reason is null then {{ figure }} end as {{ figure }},
    {%- endfor %}
    target_bonus,
    proration,
    case when is_ramping then coalesce(guarantee_amount, 0) else 0 end as guarantee_amount,
    {%- for figure in ['earned_bonus', 'earned_bonus_without_exclusions'] %}
    case when held_reason is null then {{ figure }} end as {{ figure }},
    {%- endfor %}
    adjustment_amount,
    cast(carried_in as decimal(18, 2)) as carried_in,
    case when held_reason is null then cast({{ payable }} as decimal(18, 2)) end as payable_amount,
    case when held_reason is null then cast(carried_out as decimal(18, 2)) end as carried_out,
    is_manager,
    is_ramping,
    is_below_minimum,
    is_gated

from followed
