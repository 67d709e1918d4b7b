{{ config(materialized='view') }}
{% set window_start = dbt.dateadd('day', '1 - window_days', 'score_date') %}
with

first_days as (

    select min({{ window_start }}) as first_date from {{ ref('int_health__anchors') }}

    where
        dimension in (
            'seat_utilisation', 'user_engagement', 'engagement_rhythm',
            'breadth', 'depth', 'integrations'
        )

),

event_days as (

    select * from {{ ref('int_usage__user_event_days') }}

    where
        account_id is not null
        and events > 0
        and activity_date >= (select first_days.first_date from first_days)

),

product_events as (
    {{ dated_reference('product_events', ['event']) }}
),

tier_features as (

    select distinct feature from {{ reference('product_features') }}

    where is_tier_feature and feature is not null

),

meant as (

    select
        event_days.account_id,
        event_days.user_id,
        event_days.activity_date,
        product_events.feature,
        product_events.integration,
        tier_features.feature is not null as is_tier_feature

    from event_days

    inner join product_events
        on
            event_days.event = product_events.event
            and event_days.activity_date >= product_events.valid_from
            and event_days.activity_date < product_events.valid_to

    left join tier_features on product_events.feature = tier_features.feature

    where product_events.feature is not null or product_events.integration is not null

)

select
    account_id,
    'active_user' as use_kind,
    user_id as subject,
    '' as feature,
    activity_date

from {{ ref('int_usage__user_days') }}

where
    account_id is not null
    and is_active
    and activity_date >= (select first_days.first_date from first_days)

union all

select distinct
    account_id,
    'feature' as use_kind,
    feature as subject,
    feature,
    activity_date

from meant

where feature is not null

union all

select distinct
    account_id,
    'tier_feature_user' as use_kind,
    user_id as subject,
    feature,
    activity_date

from meant

where is_tier_feature

union all

select distinct
    account_id,
    'integration' as use_kind,
    integration as subject,
    '' as feature,
    activity_date

from meant

where integration is not null
