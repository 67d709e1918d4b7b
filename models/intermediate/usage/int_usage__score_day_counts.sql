{# One row per account and scored day that all usage measures are taken from. #}
with

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

user_accounts as (

    select
        account_id,
        user_id,
        provisioned_from,
        coalesce(cast(valid_to as date), {{ far_date() }}) as valid_to

    from {{ ref('int_usage__user_accounts') }}

),

provisioned as (

    select
        score_days.account_id,
        score_days.score_date,
        count(distinct user_accounts.user_id) as provisioned_users

    from score_days

    inner join user_accounts
        on
            score_days.account_id = user_accounts.account_id
            and score_days.score_date >= user_accounts.provisioned_from
            and score_days.score_date < user_accounts.valid_to

    group by score_days.account_id, score_days.score_date

),

seat_products as (

    select distinct
        score_date,
        product_id

    from {{ ref('int_usage__product_days') }}

    where is_per_seat

),

seats as (

    select
        plan_days.account_id,
        plan_days.score_date,
        sum(plan_days.quantity) as paid_seats

    from {{ ref('int_usage__plan_days') }} as plan_days

    inner join seat_products
        on
            plan_days.score_date = seat_products.score_date
            and plan_days.product_id = seat_products.product_id

    group by plan_days.account_id, plan_days.score_date

),

integrations as (

    select
        score_days.account_id,
        score_days.score_date,
        count(distinct spans.subject) as active_integrations

    from score_days

    inner join {{ ref('int_health__windows') }} as windows
        on score_days.score_date = windows.score_date and windows.dimension = 'integrations'

    inner join {{ ref('int_usage__spans') }} as spans
        on
            score_days.account_id = spans.account_id
            and spans.use_kind = 'integration'
            and windows.window_days = spans.window_days
            and score_days.score_date >= spans.seen_from
            and score_days.score_date < spans.seen_until

    group by score_days.account_id, score_days.score_date

)

select
    score_days.account_id,
    score_days.score_date,
    score_days.tenure_days,
    coalesce(provisioned.provisioned_users, 0) as provisioned_users,
    seats.paid_seats,
    coalesce(features.entitled_features, 0) as entitled_features,
    coalesce(features.entitled_tier_features, 0) as entitled_tier_features,
    coalesce(features.used_features, 0) as used_features,
    coalesce(features.tier_feature_users, 0) as tier_feature_users,
    coalesce(integrations.active_integrations, 0) as active_integrations,
    coalesce(sums.active_weekdays, 0) as active_weekdays,
    coalesce(sums.recent_user_days, 0) as recent_user_days,
    coalesce(sums.prior_user_days, 0) as prior_user_days,
    coalesce(sums.intent_events, 0) as intent_events

from score_days

left join provisioned
    on
        score_days.account_id = provisioned.account_id
        and score_days.score_date = provisioned.score_date

left join seats
    on score_days.account_id = seats.account_id and score_days.score_date = seats.score_date

left join {{ ref('int_usage__score_day_features') }} as features
    on score_days.account_id = features.account_id and score_days.score_date = features.score_date

left join integrations
    on
        score_days.account_id = integrations.account_id
        and score_days.score_date = integrations.score_date

left join {{ ref('int_usage__score_day_sums') }} as sums
    on score_days.account_id = sums.account_id and score_days.score_date = sums.score_date
