with

latest as (

    select
        subscription_id,
        status,
        {{ reporting_day('cancel_requested_at') }} as cancel_requested_date,
        coalesce(
            {{ reporting_day('ended_at') }},
            case when status = 'canceled' then {{ reporting_day('version_starts_at') }} end
        ) as service_end_date,
        {{ reporting_day('cancels_at') }} as cancel_date,
        case
            when is_cancelled_at_period_end then {{ reporting_day('current_period_ends_at') }}
        end as period_end_date

    from {{ ref('int_billing__subscription_rows') }}

    where is_latest

)

select
    subscription_id,
    status as latest_status,
    cancel_requested_date,
    service_end_date,
    {% if var('mrr_churn_recognition') == 'cancel_request' -%}
    coalesce(cancel_requested_date, service_end_date)
    {%- else -%}
    service_end_date
    {%- endif %} as end_date,
    coalesce(service_end_date, cancel_date, period_end_date) as announced_end_date

from latest
