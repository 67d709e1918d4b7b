with

months as (

    select * from {{ ref('int_revenue__months') }}

),

rates as (

    select
        cast(rate_date as date) as rate_date,
        lower(currency) as currency,
        cast(rate as double) as rate

    from {{ reference('fx_rates') }}

),

-- A month uses the row of its first day, else the latest of the few days before.
candidates as (

    select
        months.month,
        rates.currency,
        rates.rate,
        rates.rate_date,
        row_number()
            over (partition by months.month, rates.currency order by rates.rate_date desc)
            as rate_number

    from months

    inner join rates
        on
            rates.rate_date <= months.month
            and rates.rate_date >= {{ dbt.dateadd('day', -var('fx_max_age_days'), 'months.month') }}

    where rates.currency <> '{{ var("reporting_currency") | lower }}'

)

select
    month,
    currency,
    rate,
    rate_date

from candidates

where rate_number = 1

union all

select
    month,
    '{{ var("reporting_currency") | lower }}' as currency,
    cast(1 as double) as rate,
    month as rate_date

from months
