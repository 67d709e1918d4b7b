{# MRR by product on the day that gives an account its segments of a month: at the month's opening;
   without MRR there, at its end; without MRR there too, on the last day of the month with MRR. #}
with

account_months as (

    select * from {{ ref('int_revenue__account_months') }}

),

item_months as (

    select * from {{ ref('int_revenue__item_months') }}

),

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}

),

months as (

    select * from {{ ref('int_revenue__months') }}

),

account_days as (

    select * from {{ ref('int_revenue__account_days') }}

),

snapshots as (

    select
        account_months.account_id,
        account_months.month,
        case
            when account_months.opening_mrr > 0 then 'opening'
            when account_months.closing_mrr > 0 then 'closing'
            else 'within'
        end as edge,
        months.end_date

    from account_months

    inner join months on account_months.month = months.month

),

last_days as (

    select
        snapshots.account_id,
        snapshots.month,
        cast({{ dbt.dateadd('day', -1, 'max(account_days.change_date)') }} as date) as snapshot_date

    from snapshots

    inner join account_days
        on
            snapshots.account_id = account_days.account_id
            and account_days.change_date >= snapshots.month
            and account_days.change_date <= snapshots.end_date

    where
        snapshots.edge = 'within' and account_days.opening_mrr > 0 and account_days.closing_mrr = 0

    group by snapshots.account_id, snapshots.month

),

products as (

    select
        snapshots.account_id,
        snapshots.month,
        item_months.product_id,
        case
            when
                snapshots.edge = 'opening'
                then cast({{ dbt.dateadd('day', -1, 'snapshots.month') }} as date)
            else snapshots.end_date
        end as snapshot_date,
        sum(item_months.mrr) as mrr

    from snapshots

    inner join item_months
        on
            snapshots.account_id = item_months.account_id
            and snapshots.month = item_months.month
            and snapshots.edge = item_months.edge

    group by
        snapshots.account_id,
        snapshots.month,
        item_months.product_id,
        snapshots.edge,
        snapshots.end_date

    union all

    select
        last_days.account_id,
        last_days.month,
        item_periods.product_id,
        last_days.snapshot_date,
        sum(item_periods.mrr) as mrr

    from last_days

    inner join item_periods
        on
            last_days.account_id = item_periods.account_id
            and item_periods.valid_from <= last_days.snapshot_date
            and item_periods.valid_to > last_days.snapshot_date

    group by last_days.account_id, last_days.month, item_periods.product_id, last_days.snapshot_date

)

select * from products
