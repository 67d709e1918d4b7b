with

lifetimes as (

    select * from {{ ref('int_revenue__lifetimes') }}

),

segmented as (
    {% for kind in cohort_segments() %}
    select
        '{{ kind }}' as segment_kind,
        {{ cohort_segments()[kind] }} as segment_value,
        account_id,
        cohort_month,
        ended_date is not null as is_ended,
        {{ dbt.datediff(
            'first_paid_date',
            'coalesce(ended_date, ' ~ dbt.dateadd('day', 1, as_of_date()) ~ ')',
            'day'
        ) }} as days_since_start
    from lifetimes
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from segmented
