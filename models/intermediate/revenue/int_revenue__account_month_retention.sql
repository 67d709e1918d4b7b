with

item_months as (

    select * from {{ ref('int_revenue__item_months') }}

),

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}

),

openings as (

    select
        month,
        subscription_id,
        account_id,
        sum(mrr_at_month_rate) as opening_mrr

    from item_months

    where edge = 'opening'

    group by month, subscription_id, account_id

),

closings as (

    select
        month,
        subscription_id,
        sum(mrr_at_month_rate) as closing_mrr,
        min(account_id) as account_id

    from item_months

    where edge = 'closing'

    group by month, subscription_id

),

-- A subscription counts for the whole month for who held it at the opening; one that starts later
-- for its first holder.
moved_on as (

    select subscription_id from item_periods

    group by subscription_id

    having count(distinct account_id) > 1

),

first_holders as (

    select
        subscription_id,
        cast({{ dbt.date_trunc('month', 'valid_from') }} as date) as month,
        account_id,
        row_number() over (
            partition by subscription_id, {{ dbt.date_trunc('month', 'valid_from') }}
            order by valid_from
        ) as holder_number

    from item_periods

    where subscription_id in (select subscription_id from moved_on)

),

by_subscription as (

    select
        coalesce(openings.month, closings.month) as month,
        coalesce(openings.account_id, first_holders.account_id, closings.account_id) as account_id,
        coalesce(openings.opening_mrr, 0) as opening_mrr,
        coalesce(closings.closing_mrr, 0) as closing_mrr

    from openings

    full join closings
        on openings.month = closings.month and openings.subscription_id = closings.subscription_id

    left join first_holders
        on
            closings.month = first_holders.month
            and closings.subscription_id = first_holders.subscription_id
            and first_holders.holder_number = 1

)

select
    account_id,
    month,
    sum(opening_mrr) as base_opening_mrr,
    sum(closing_mrr) as base_closing_mrr

from by_subscription

group by account_id, month

having sum(opening_mrr) > 0
