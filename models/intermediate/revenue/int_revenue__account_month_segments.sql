with

account_months as (

    select * from {{ ref('int_revenue__account_months') }}

),

size_tiers as (
    {{ dated_reference('size_tiers', ['size_tier']) }}
),

products as (

    select * from {{ ref('int_revenue__account_month_products') }}

),

employees as (

    select * from {{ ref('int_people__employees') }}

),

owners as (

    select
        ownerships.account_id,
        ownerships.csm_id,
        employees.region,
        ownerships.valid_from,
        coalesce(ownerships.valid_to, {{ far_date() }}) as valid_to

    from {{ ref('int_crm__ownerships') }} as ownerships

    left join employees on ownerships.csm_id = employees.employee_id

    where ownerships.ownership_kind = 'owner' and ownerships.csm_id is not null

),

plans as (

    select
        *,
        sum(mrr) over (partition by account_id, month) as account_mrr,
        row_number() over (
            partition by account_id, month order by mrr desc, product_id asc nulls last
        ) as product_number

    from products

),

tiered as (

    select
        plans.account_id,
        plans.month,
        plans.product_id,
        plans.snapshot_date,
        size_tiers.size_tier,
        row_number() over (
            partition by plans.account_id, plans.month order by size_tiers.min_mrr desc nulls last
        ) as tier_number

    from plans

    left join size_tiers
        on
            plans.account_mrr >= size_tiers.min_mrr
            and size_tiers.valid_from <= plans.snapshot_date
            and plans.snapshot_date < size_tiers.valid_to

    where plans.product_number = 1

)

select
    account_months.account_id,
    account_months.month,
    coalesce(tiered.size_tier, 'none') as size_tier,
    coalesce(tiered.product_id, 'none') as plan,
    coalesce(owners.csm_id, 'none') as csm,
    coalesce(owners.region, 'none') as region

from account_months

left join tiered
    on
        account_months.account_id = tiered.account_id
        and account_months.month = tiered.month
        and tiered.tier_number = 1

left join owners
    on
        tiered.account_id = owners.account_id
        and owners.valid_from <= tiered.snapshot_date
        and owners.valid_to > tiered.snapshot_date
