{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['user_id', 'activity_date']
) }}
{% set build_id = build_name(
    model.raw_code ~ reference_content('product_events'), parent=ref('int_usage__user_event_days')
) %}
with

user_event_days as (

    select * from {{ ref('int_usage__user_event_days') }}

),

{% if is_incremental() -%}
touched_pairs as (

    select distinct user_id, activity_date from user_event_days

    where change_number > (select max(events_change) from {{ this }})

),

touched_event_days as (

    select user_event_days.*

    from user_event_days

    inner join touched_pairs
        on
            user_event_days.user_id = touched_pairs.user_id
            and user_event_days.activity_date = touched_pairs.activity_date

),

{% endif -%}
product_events as (

    select
        *,
        coalesce(
            lead(valid_from) over (partition by event order by valid_from), {{ far_date() }}
        ) as valid_to

    from {{ reference('product_events') }}

),

counted as (

    select
        event_days.account_id,
        event_days.user_id,
        event_days.activity_date,
        sum(event_days.events) as events,
        sum(case when product_events.is_value_event then event_days.events else 0 end)
            as value_events,
        sum(case when product_events.is_login then event_days.events else 0 end) as logins,
        sum(case when product_events.intent is not null then event_days.events else 0 end)
            as intent_events,
        max(case when event_days.is_reassigned then 1 else 0 end) = 1 as is_reassigned

    from {{ 'touched_event_days' if is_incremental() else 'user_event_days' }} as event_days

    left join product_events
        on
            event_days.event = product_events.event
            and event_days.activity_date >= product_events.valid_from
            and event_days.activity_date < product_events.valid_to

    group by event_days.account_id, event_days.user_id, event_days.activity_date

)

select
    account_id,
    user_id,
    activity_date,
    value_events > 0 as is_active,
    cast(events as bigint) as events,
    cast(value_events as bigint) as value_events,
    cast(logins as bigint) as logins,
    cast(intent_events as bigint) as intent_events,
    is_reassigned,
    {% if is_incremental() -%}
    cast((select max(change_number) from {{ this }}) + 1 as bigint) as change_number,
    {%- else -%}
    cast(1 as bigint) as change_number,
    {%- endif %}
    cast((select max(user_event_days.change_number) from user_event_days) as bigint)
        as events_change,
    '{{ build_id }}' as build_id

from counted
