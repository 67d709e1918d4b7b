{# One value per account, month and segment kind: that at the month's opening; without MRR there, at
   its end; without MRR there too, on the last day of the month with MRR. #}
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

size_tiers as (

    select
        size_tier,
        cast(min_mrr as decimal(18, 2)) as min_mrr,
        cast(valid_from as date) as valid_from,
        lead(cast(valid_from as date)) over (partition by size_tier order by valid_from) as valid_to

    from {{ reference('size_tiers') }}

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

    where snapshots.edge = 'within' and account_days.opening_mrr > 0 and account_days.closing_mrr = 0

    group by snapshots.account_id, snapshots.month

),

products as (

    select
        snapshots.account_id,
        snapshots.month,
        item_months.product_id,
        case
            when snapshots.edge = 'opening' then cast({{ dbt.dateadd('day', -1, 'snapshots.month') }} as date)
            else snapshots.end_date
        end as snapshot_date,
        sum(item_months.mrr) as mrr

    from snapshots

    inner join item_months
        on
            snapshots.account_id = item_months.account_id
            and snapshots.month = item_months.month
            and snapshots.edge = item_months.edge

    group by snapshots.account_id, snapshots.month, item_months.product_id, snapshots.edge, snapshots.end_date

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

),

plans as (

    select
        *,
        sum(mrr) over (partition by account_id, month) as account_mrr,
        row_number() over (
            partition by account_id, month order by mrr desc, product_id nulls last
        ) as product_number

    from products

),

tiered as (

    select
        plans.account_id,
        plans.month,
        plans.product_id,
        size_tiers.size_tier,
        row_number() over (
            partition by plans.account_id, plans.month order by size_tiers.min_mrr desc nulls last
        ) as tier_number

    from plans

    left join size_tiers
        on
            plans.account_mrr >= size_tiers.min_mrr
            and size_tiers.valid_from <= plans.snapshot_date
            and (size_tiers.valid_to is null or plans.snapshot_date < size_tiers.valid_to)

    where plans.product_number = 1

)

select
    account_months.account_id,
    account_months.month,
    coalesce(tiered.size_tier, 'none') as size_tier,
    coalesce(tiered.product_id, 'none') as plan

from account_months

left join tiered
    on
        account_months.account_id = tiered.account_id
        and account_months.month = tiered.month
        and tiered.tier_number = 1
