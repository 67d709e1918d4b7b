{% set count_after = 'interval_count * (interval_number + 1)' %}
with recursive

flat_periods as (

    select
        subscription_id,
        billing_interval,
        interval_count,
        {{ interval_months('billing_interval', 'interval_count') }} as interval_months,
        valid_from,
        -- A row is billed until the next row of its subscription begins.
        {{ earliest(['valid_to', dbt.dateadd('day', 1, as_of_date())]) }} as billed_to,
        service_end_date

    from {{ ref('int_billing__flat_periods') }}

    where valid_from <= {{ as_of_date() }}

),

-- Months count from the row's begin, so that a short month moves no later term. Of intervals that
-- have no terms the first alone is of use: it says where a longer one before it was cut short.
counted as (

    select
        *,
        1 as interval_number,
        valid_from as term_start,
        {{ period_after('valid_from', 'billing_interval', 'interval_count') }} as next_start

    from flat_periods

    union all

    select
        subscription_id,
        billing_interval,
        interval_count,
        interval_months,
        valid_from,
        billed_to,
        service_end_date,
        interval_number + 1 as interval_number,
        next_start as term_start,
        {{ period_after('valid_from', 'billing_interval', count_after) }} as next_start

    from counted

    where
        next_start < billed_to
        and interval_months >= {{ var('renewal_min_interval_months') }}

)

select
    subscription_id,
    term_start,
    {{ earliest(['next_start', 'service_end_date']) }} as due_date,
    interval_months

from counted
