{# Which account's cohort an account belongs to: its own, or, where its first MRR came by transfer,
   that of the giver, and so on back to the first holder. #}
with recursive

account_days as (

    select * from {{ ref('int_revenue__account_days') }}

),

item_changes as (

    select * from {{ ref('int_revenue__item_changes') }}

    where change_cause = 'transfer'

),

first_days as (

    select
        account_id,
        min(change_date) as first_paid_date

    from account_days

    where closing_mrr > 0

    group by account_id

),

gifts as (

    select
        first_days.account_id,
        given.account_id as giver_account_id,
        row_number() over (
            partition by first_days.account_id order by taken.mrr_change desc, given.account_id asc
        ) as gift_number

    from first_days

    inner join item_changes as taken
        on
            first_days.account_id = taken.account_id
            and first_days.first_paid_date = taken.change_date
            and taken.mrr_change > 0

    inner join item_changes as given
        on
            taken.subscription_item_id = given.subscription_item_id
            and taken.change_date = given.change_date
            and given.mrr_change < 0

),

-- A giver paid before the taker, so a chain ends, with an account that was given nothing.
chain as (

    select
        first_days.account_id,
        first_days.account_id as origin_account_id

    from first_days

    left join gifts on first_days.account_id = gifts.account_id

    where gifts.account_id is null

    union all

    select
        gifts.account_id,
        chain.origin_account_id

    from gifts

    inner join chain on gifts.giver_account_id = chain.account_id

    where gifts.gift_number = 1

)

select
    chain.account_id,
    chain.origin_account_id,
    first_days.first_paid_date as cohort_date,
    cast({{ dbt.date_trunc('month', 'first_days.first_paid_date') }} as date) as cohort_month,
    cast(extract(year from first_days.first_paid_date) as varchar) as cohort_year

from chain

inner join first_days on chain.origin_account_id = first_days.account_id
