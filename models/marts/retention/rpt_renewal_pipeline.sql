{% set days_to_due = dbt.datediff(as_of_date(), 'due_date', 'day') %}
with

upcoming as (

    select * from {{ ref('int_renewals__live_terms') }}

    where
        due_date
        <= {{ dbt.dateadd('day', var('renewal_pipeline_days'), as_of_date()) }}

),

-- The opportunity whose contract ends with the term.
opportunities as (

    select * from {{ ref('int_renewals__placed_opportunities') }}

    where opportunity_number = 1 and terms_ahead = 0

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

decided as (

    select * from {{ ref('fct_renewals') }}

    where outcome <> 'open'

),

segment_rates as (

    select
        size_tier,
        count(*) as terms,
        cast(count(case when outcome = 'renewed' then 1 end) as double) / count(*) as renewal_rate

    from decided

    group by size_tier

    having count(*) >= {{ var('renewal_calibration_min_terms') }}

),

all_rates as (

    select
        count(*) as terms,
        cast(count(case when outcome = 'renewed' then 1 end) as double)
        / nullif(count(*), 0) as renewal_rate

    from decided

),

rated as (

    select
        upcoming.*,
        opportunities.opportunity_id,
        opportunities.opportunity_status,
        opportunities.forecast_category,
        opportunities.quoted_uplift_percent,
        opportunities.is_auto_renewed,
        opportunities.gap_days,
        opportunities.contract_end_date,
        opportunities.renewal_notice_date,
        accounts.csm_id,
        accounts.size_tier,
        upcoming.cancelled_mrr >= upcoming.live_mrr as is_cancellation_announced,
        case
            when upcoming.cancelled_mrr >= upcoming.live_mrr then 'cancellation'
            when opportunities.opportunity_status = 'won' then 'signed'
            when segment_rates.size_tier is not null then 'segment'
            when all_rates.terms > 0 then 'all'
            else 'none'
        end as probability_basis,
        coalesce(segment_rates.terms, all_rates.terms) as calibration_terms,
        coalesce(segment_rates.renewal_rate, all_rates.renewal_rate) as past_renewal_rate

    from upcoming

    inner join accounts on upcoming.account_id = accounts.account_id

    left join opportunities
        on
            upcoming.subscription_id = opportunities.subscription_id
            and upcoming.term_start = opportunities.term_start

    left join segment_rates on accounts.size_tier = segment_rates.size_tier

    -- One row, also where nothing was ever due.
    cross join all_rates

),

forecast as (

    select
        *,
        case probability_basis
            when 'cancellation' then 0
            when 'signed' then 1
            else past_renewal_rate
        end as renewal_probability

    from rated

)

select
    {{ content_hash(['subscription_id', 'term_start']) }} as renewal_id,
    subscription_id,
    account_id,
    csm_id,
    size_tier,
    cast(term_months as double) as term_months,
    cast(live_mrr as decimal(18, 2)) as live_mrr,
    cast(cancelled_mrr as decimal(18, 2)) as cancelled_mrr,
    is_cancellation_announced,
    opportunity_id,
    opportunity_status,
    forecast_category,
    cast(quoted_uplift_percent as double) as quoted_uplift_percent,
    cast({{ round_money('live_mrr * (1 + quoted_uplift_percent / 100)', 2) }} as decimal(18, 2))
        as quoted_mrr,
    is_auto_renewed,
    probability_basis,
    cast(calibration_terms as bigint) as calibration_terms,
    past_renewal_rate,
    cast(renewal_probability as double) as renewal_probability,
    {{ round_money('live_mrr * renewal_probability', 2) }} as expected_mrr,
    cast({{ days_to_due }} as bigint) as days_to_due,
    cast(gap_days as bigint) as contract_end_gap_days,
    term_start,
    due_date,
    contract_end_date,
    renewal_notice_date

from forecast
