{% set days = dbt.datediff('term_start', 'due_date', 'day') %}
with

-- What ended says nothing new about the period in which it ended.
versions as (

    select
        subscription_id,
        current_period_starts_at as starts_at,
        current_period_ends_at as ends_at,
        cast(null as double) as interval_months,
        case when status = 'canceled' then 0 else 1 end as evidence_rank,
        version_starts_at as shown_at

    from {{ ref('int_billing__subscription_rows') }}

    where current_period_starts_at is not null and current_period_ends_at is not null

),

regular_lines as (

    select
        subscription_id,
        period_starts_at as starts_at,
        period_ends_at as ends_at,
        {{ interval_months('billing_interval', 'interval_count') }} as interval_months,
        1 as evidence_rank,
        invoiced_at as shown_at

    from {{ ref('int_billing__lines') }}

    where not is_proration and subscription_id is not null and period_ends_at is not null

),

shown as (

    select * from versions

    union all

    select * from regular_lines

),

dated as (

    select
        subscription_id,
        {{ reporting_day('starts_at') }} as term_start,
        {{ reporting_day('ends_at') }} as due_date,
        max(interval_months) over (partition by subscription_id, starts_at) as line_months,
        starts_at,
        ends_at,
        evidence_rank,
        shown_at

    from shown

),

-- Of two periods that begin on one day the later counts; of one period what was shown last.
ranked as (

    select
        *,
        row_number() over (
            partition by subscription_id, term_start
            order by starts_at desc, evidence_rank desc, shown_at desc, ends_at desc
        ) as period_number

    from dated

    where due_date > term_start

),

periods as (

    select
        subscription_id,
        term_start,
        due_date,
        -- Where no line names the interval the length of the period does, with the three days that
        -- a quarter may be short of through February.
        coalesce(line_months, floor(({{ days }} + 3) * 12.0 / 365))
            as interval_months

    from ranked

    where period_number = 1

    union all

    select
        subscription_id,
        term_start,
        due_date,
        interval_months

    from {{ ref('int_renewals__flat_terms') }}

)

select
    subscription_id,
    term_start,
    due_date,
    -- A period that begins before this one is over anchors the billing anew.
    {{ earliest(['due_date', 'lead(term_start) over by_subscription']) }} as run_end_date,
    interval_months

from periods

window by_subscription as (partition by subscription_id order by term_start)
