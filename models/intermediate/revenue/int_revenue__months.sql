with recursive

reach as (

    select
        {{ dbt.date_trunc('month', 'min(valid_from)') }} as first_month,
        {{ dbt.date_trunc('month', as_of_date()) }} as last_month

    from {{ ref('int_billing__item_periods') }}

),

months as (

    select
        cast(first_month as date) as month,
        cast(last_month as date) as last_month

    from reach

    where first_month <= last_month

    union all

    select
        cast({{ dbt.dateadd('month', 1, 'month') }} as date) as month,
        last_month

    from months

    where month < last_month

)

select
    month,
    cast({{ dbt.dateadd('month', 1, 'month') }} as date) as next_month,
    -- The last day of the month that the warehouse speaks for.
    least(
        cast({{ dbt.dateadd('day', -1, dbt.dateadd('month', 1, 'month')) }} as date),
        {{ as_of_date() }}
    ) as end_date

from months
