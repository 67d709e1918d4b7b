with

account_origins as (

    select * from {{ ref('int_revenue__account_origins') }}

    where account_id = origin_account_id

),

subscription_origins as (

    select * from {{ ref('int_revenue__subscription_origins') }}

),

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}

    where mrr > 0

),

segments as (

    select * from {{ ref('int_revenue__account_month_segments') }}

),

ends as (

    select
        subscription_origins.origin_account_id,
        max(item_periods.valid_to) as last_end_date,
        count(case when item_periods.valid_to is null then 1 end) as open_periods

    from item_periods

    inner join subscription_origins
        on item_periods.subscription_id = subscription_origins.subscription_id

    group by subscription_origins.origin_account_id

)

select
    account_origins.account_id,
    account_origins.cohort_date as first_paid_date,
    account_origins.cohort_month,
    segments.size_tier,
    segments.plan,
    -- Gaps count as life, so the end is the last of all; null while something runs.
    case when ends.open_periods = 0 then ends.last_end_date end as ended_date

from account_origins

inner join segments
    on
        account_origins.account_id = segments.account_id
        and account_origins.cohort_month = segments.month

inner join ends on account_origins.account_id = ends.origin_account_id
