{#- A fiscal year that starts in another month is moved to January and back. -#}
{% set shift_months = (13 - var('fiscal_year_start_month')) % 12 %}
{% set fiscal_month = dbt.dateadd('month', shift_months, dbt.date_trunc('month', 'date_day')) %}
with recursive

reach as (

    select
        cast(
            {{ dbt.date_trunc('year', 'coalesce(min(month), ' ~ as_of_date() ~ ')') }} as date
        ) as first_date,
        cast({{ dbt.dateadd('year', 2, dbt.date_trunc('year', as_of_date())) }} as date) as end_date

    from {{ ref('int_revenue__months') }}

),

days as (

    select
        first_date as date_day,
        end_date
    from reach

    union all

    select
        cast({{ dbt.dateadd('day', 1, 'date_day') }} as date) as date_day,
        end_date

    from days

    where {{ dbt.dateadd('day', 1, 'date_day') }} < end_date

),

shifted as (

    select
        date_day,
        cast({{ fiscal_month }} as date) as fiscal_month

    from days

)

select
    date_day,
    cast({{ dbt.date_trunc('month', 'date_day') }} as date) as month,
    cast(extract(year from fiscal_month) as integer) as fiscal_year,
    cast(extract(year from fiscal_month) as varchar)
    || 'Q'
    || cast(extract(quarter from fiscal_month) as varchar) as quarter,
    {{ fiscal_quarter_start('date_day') }} as quarter_start_date,
    date_day <= {{ as_of_date() }} as is_past

from shifted
