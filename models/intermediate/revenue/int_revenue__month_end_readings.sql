{# Every change of a customer's month-end after the month was first on record, with its cause. #}
{% set previous = ['mrr', 'items', 'quantity', 'gross_mrr', 'net_mrr'] %}

with

month_ends as (

    select * from {{ ref('mem_month_ends') }}

),

-- When a month was first on record. Who was not in it then had 0.
first_readings as (

    select
        month,
        min(reading_number) as reading_number,
        min(known_at) as known_at

    from month_ends

    group by month

),

policies as (

    select
        reading_number,
        min(mrr_policy) as mrr_policy,
        lag(min(mrr_policy)) over (order by reading_number) as previous_mrr_policy

    from month_ends

    group by reading_number

),

restated as (

    select
        month_ends.billing_customer_id,
        month_ends.account_id,
        month_ends.month

    from month_ends

    inner join first_readings
        on
            month_ends.month = first_readings.month
            and month_ends.reading_number > first_readings.reading_number

    group by month_ends.billing_customer_id, month_ends.account_id, month_ends.month

),

versions as (

    select
        month_ends.*,
        {%- for column in previous %}
        coalesce(lag(month_ends.{{ column }}) over by_customer, 0) as previous_{{ column }},
        {%- endfor %}
        lag(month_ends.known_at) over by_customer as previous_known_at

    from month_ends

    inner join restated
        on
            month_ends.billing_customer_id = restated.billing_customer_id
            and month_ends.account_id = restated.account_id
            and month_ends.month = restated.month

    window by_customer as (
        partition by month_ends.billing_customer_id, month_ends.account_id, month_ends.month
        order by month_ends.reading_number
    )

),

readings as (

    select
        versions.*,
        coalesce(versions.previous_known_at, first_readings.known_at) as known_before,
        policies.mrr_policy <> policies.previous_mrr_policy as has_new_policy

    from versions

    inner join first_readings
        on
            versions.month = first_readings.month
            and versions.reading_number > first_readings.reading_number

    inner join policies on versions.reading_number = policies.reading_number

),

-- What a customer's month lost in one account and won in another was moved between them.
moved as (

    select
        billing_customer_id,
        month,
        reading_number

    from readings

    group by billing_customer_id, month, reading_number

    having
        max(case when mrr > previous_mrr then 1 else 0 end) = 1
        and max(case when mrr < previous_mrr then 1 else 0 end) = 1

)

select
    readings.billing_customer_id,
    readings.account_id,
    readings.month,
    readings.reading_number,
    readings.known_before,
    readings.known_at,
    readings.previous_mrr as old_mrr,
    readings.mrr as new_mrr,
    case
        when readings.has_new_policy then 'policy'
        when moved.month is not null then 'account_link'
        when readings.items > readings.previous_items then 'added'
        when readings.items < readings.previous_items then 'ended'
        when readings.quantity <> readings.previous_quantity then 'quantity'
        when readings.gross_mrr <> readings.previous_gross_mrr then 'price'
        when readings.net_mrr <> readings.previous_net_mrr then 'discount'
        else 'fx'
    end as change_cause

from readings

left join moved
    on
        readings.billing_customer_id = moved.billing_customer_id
        and readings.month = moved.month
        and readings.reading_number = moved.reading_number
