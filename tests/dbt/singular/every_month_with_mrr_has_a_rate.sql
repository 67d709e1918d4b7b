-- MRR without a rate would be valued at nothing. Better no figures than wrong ones: the run is
-- refused, but only for a currency with MRR in that month. The rows name what to add to fx_rates.
with

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}
    where is_rate_missing

),

months as (

    select * from {{ ref('int_revenue__months') }}

)

select
    item_periods.currency,
    months.month,
    count(*) as item_periods_without_rate

from item_periods

inner join months
    on
        item_periods.valid_from < months.next_month
        and (item_periods.valid_to is null or months.month < item_periods.valid_to)

group by item_periods.currency, months.month
