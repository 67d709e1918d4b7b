{# What closed quarters would pay less or more today, under the plan they were closed under,
   less what was adjusted for them already. It falls into the next open quarter. #}
with

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

),

earnings as (

    select * from {{ ref('int_compensation__earnings') }}

    where scenario = 'paid'

),

troubles as (

    select distinct
        quarter,
        csm_id

    from {{ ref('int_compensation__troubles') }}

),

locked_statements as (

    select * from {{ ref('int_compensation__locked_statements') }}

),

locked_lines as (

    select * from {{ ref('int_compensation__locked_lines') }}

),

-- What stood on a statement that was closed as held was not paid: it is due once more. A line
-- without a statement is that of somebody who left: it was told at the closing.
adjusted_before as (

    select
        locked_lines.adjusted_quarter as quarter,
        locked_lines.csm_id,
        sum(locked_lines.adjustment_amount) as adjusted_amount

    from locked_lines

    left join locked_statements
        on
            locked_lines.quarter = locked_statements.quarter
            and locked_lines.csm_id = locked_statements.csm_id

    where
        locked_lines.line_kind = 'adjustment'
        and coalesce(locked_statements.status, 'locked') <> 'held'

    group by locked_lines.adjusted_quarter, locked_lines.csm_id

),

restated as (

    select
        earnings.quarter,
        earnings.csm_id,
        earnings.currency,
        quarters.next_open_date,
        earnings.opening_book_mrr,
        earnings.net_mrr_churn_rate,
        earnings.payout_factor,
        locked_statements.opening_book_mrr as locked_book_mrr,
        locked_statements.net_mrr_churn_rate as locked_rate,
        locked_statements.payout_factor as locked_factor,
        greatest(earnings.earned_bonus, coalesce(earnings.guarantee_amount, 0)) as restated_amount,
        coalesce(
            greatest(
                locked_statements.earned_bonus, coalesce(locked_statements.guarantee_amount, 0)
            ),
            0
        ) as locked_amount,
        coalesce(adjusted_before.adjusted_amount, 0) as adjusted_amount

    from earnings

    inner join quarters on earnings.quarter = quarters.quarter

    left join locked_statements
        on
            earnings.quarter = locked_statements.quarter
            and earnings.csm_id = locked_statements.csm_id

    left join adjusted_before
        on
            earnings.quarter = adjusted_before.quarter
            and earnings.csm_id = adjusted_before.csm_id

    left join troubles
        on earnings.quarter = troubles.quarter and earnings.csm_id = troubles.csm_id

    where quarters.is_locked and troubles.csm_id is null

),

causes as (

    select
        quarter,
        csm_id,
        {{ dbt.listagg('difference_note', "', '", 'order by difference_note') }} as cause

    from {{ ref('int_compensation__differences') }}

    group by quarter, csm_id

)

select
    quarters.quarter,
    restated.csm_id,
    restated.quarter as adjusted_quarter,
    restated.currency,
    cast(
        restated.restated_amount
        - restated.locked_amount
        - restated.adjusted_amount as decimal(18, 2)
    )
        as adjustment_amount,
    restated.locked_amount,
    restated.restated_amount,
    restated.adjusted_amount,
    restated.locked_rate,
    restated.net_mrr_churn_rate,
    restated.locked_book_mrr,
    restated.opening_book_mrr,
    restated.locked_factor,
    restated.payout_factor,
    causes.cause

from restated

inner join quarters on restated.next_open_date = quarters.quarter_start_date

left join causes on restated.quarter = causes.quarter and restated.csm_id = causes.csm_id

where restated.restated_amount - restated.locked_amount - restated.adjusted_amount <> 0
