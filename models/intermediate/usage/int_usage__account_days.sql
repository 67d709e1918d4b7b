{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['account_id', 'activity_date'],
    post_hook="delete from {{ this }} where seen_users = 0"
) }}
{#- Where a user went over to another account, the account of before is not on record any more: then
    all accounts of the day are counted anew. A pair that has lost its last user comes with 0 users,
    takes the place of what stood there, and goes by the hook. -#}
{% set build_id = build_name(model.raw_code, parent=ref('int_usage__user_days')) %}
with

user_days as (

    select * from {{ ref('int_usage__user_days') }}

    where account_id is not null

),

{% if is_incremental() -%}
changed_days as (

    select * from {{ ref('int_usage__user_days') }}

    where change_number > (select max(users_change) from {{ this }})

),

touched_pairs as (

    select account_id, activity_date from changed_days

    where account_id is not null

    union

    select account_id, activity_date from {{ this }}

    where activity_date in (select activity_date from changed_days where is_reassigned)

),

{% else -%}
touched_pairs as (

    select distinct
        account_id,
        activity_date

    from user_days

),

{% endif -%}
counted as (

    select
        touched_pairs.account_id,
        touched_pairs.activity_date,
        count(distinct case when user_days.events > 0 then user_days.user_id end)
            as seen_users,
        count(distinct case when user_days.is_active then user_days.user_id end) as active_users,
        coalesce(sum(user_days.events), 0) as events,
        coalesce(sum(user_days.value_events), 0) as value_events,
        coalesce(sum(user_days.logins), 0) as logins,
        coalesce(sum(user_days.intent_events), 0) as intent_events

    from touched_pairs

    left join user_days
        on
            touched_pairs.account_id = user_days.account_id
            and touched_pairs.activity_date = user_days.activity_date

    group by touched_pairs.account_id, touched_pairs.activity_date

)

select
    account_id,
    activity_date,
    cast(seen_users as bigint) as seen_users,
    cast(active_users as bigint) as active_users,
    cast(events as bigint) as events,
    cast(value_events as bigint) as value_events,
    cast(logins as bigint) as logins,
    cast(intent_events as bigint) as intent_events,
    cast((select max(change_number) from {{ ref('int_usage__user_days') }}) as bigint)
        as users_change,
    '{{ build_id }}' as build_id

from counted
