{% set days_to_first_value = days_to_first_value(
    'lifetimes.first_paid_date',
    'first_values.reached_date',
    'coalesce(first_values.reached_date, lifetimes.churned_date, ' ~ as_of_date() ~ ')'
) %}
with

accounts as (

    select * from {{ ref('int_accounts__accounts') }}

),

account_days as (

    select
        *,
        row_number() over (partition by account_id order by change_date desc) as day_number

    from {{ ref('int_revenue__account_days') }}

),

balances as (

    select
        account_id,
        min(case when closing_mrr > 0 then change_date end) as first_paid_date,
        max(case when day_number = 1 then closing_mrr end) as mrr,
        max(case when opening_mrr > 0 and closing_mrr = 0 then change_date end) as last_zero_date

    from account_days

    group by account_id

),

lifetimes as (

    select
        *,
        case when mrr = 0 then last_zero_date end as churned_date
    from balances

),

-- What nobody could see is neither reached nor awaited.
first_values as (

    select
        account_id,
        min(reached_date) as reached_date

    from {{ ref('int_journey__milestones') }}

    where is_first_value and is_source_on

    group by account_id

),

-- Who holds the account at the end of the as-of day.
owners as (

    select * from {{ ref('int_crm__ownerships') }}

    where ownership_kind = 'owner' and valid_to is null

),

account_origins as (

    select * from {{ ref('int_revenue__account_origins') }}

),

size_tiers as (
    {{ dated_reference('size_tiers', ['size_tier']) }}
),

tiered as (

    select
        lifetimes.account_id,
        size_tiers.size_tier,
        size_tiers.coverage_model,
        row_number()
            over (partition by lifetimes.account_id order by size_tiers.min_mrr desc)
            as tier_number

    from lifetimes

    inner join size_tiers
        on
            lifetimes.mrr >= size_tiers.min_mrr
            and size_tiers.valid_from <= {{ as_of_date() }}
            and {{ as_of_date() }} < size_tiers.valid_to

    where lifetimes.mrr > 0

)

select
    accounts.account_id,
    accounts.account_name,
    accounts.ultimate_parent_id,
    coalesce(tiered.size_tier, 'none') as size_tier,
    coalesce(tiered.coverage_model, 'none') as coverage_model,
    owners.csm_id,
    cast(coalesce(lifetimes.mrr, 0) as decimal(18, 2)) as mrr,
    accounts.is_in_crm,
    accounts.is_billed,
    accounts.is_internal,
    lifetimes.first_paid_date,
    account_origins.cohort_month,
    lifetimes.churned_date,
    case
        when first_values.account_id is not null
            then cast({{ days_to_first_value }} as bigint)
    end as days_to_first_value,
    case
        when first_values.account_id is not null then first_values.reached_date is not null
    end as is_first_value_reached

from accounts

left join lifetimes on accounts.account_id = lifetimes.account_id

left join owners on accounts.account_id = owners.account_id

left join account_origins on accounts.account_id = account_origins.account_id

left join first_values on accounts.account_id = first_values.account_id

left join tiered on accounts.account_id = tiered.account_id and tiered.tier_number = 1
