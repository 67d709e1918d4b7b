with

plan_days as (

    select * from {{ ref('int_usage__plan_days') }}

),

product_days as (

    select * from {{ ref('int_usage__product_days') }}

),

windows as (

    select * from {{ ref('int_health__windows') }}

),

spans as (

    select * from {{ ref('int_usage__spans') }}

),

entitled as (

    select
        plan_days.account_id,
        plan_days.score_date,
        product_days.feature,
        max(case when product_days.is_tier_feature then 1 else 0 end) = 1 as is_tier_feature

    from plan_days

    inner join product_days
        on
            plan_days.score_date = product_days.score_date
            and plan_days.product_id = product_days.product_id

    where product_days.feature is not null

    group by plan_days.account_id, plan_days.score_date, product_days.feature

),

entitled_counts as (

    select
        account_id,
        score_date,
        count(*) as entitled_features,
        sum(case when is_tier_feature then 1 else 0 end) as entitled_tier_features

    from entitled

    group by account_id, score_date

),

used as (

    select
        entitled.account_id,
        entitled.score_date,
        count(distinct case when windows.dimension = 'breadth' then spans.feature end)
            as used_features,
        count(distinct case when windows.dimension = 'depth' then spans.subject end)
            as tier_feature_users

    from entitled

    inner join windows
        on
            entitled.score_date = windows.score_date
            and (
                windows.dimension = 'breadth'
                or (windows.dimension = 'depth' and entitled.is_tier_feature)
            )

    inner join spans
        on
            entitled.account_id = spans.account_id
            and entitled.feature = spans.feature
            and windows.window_days = spans.window_days
            and case windows.dimension
                when 'breadth' then 'feature' else 'tier_feature_user'
            end = spans.use_kind
            and entitled.score_date >= spans.seen_from
            and entitled.score_date < spans.seen_until

    group by entitled.account_id, entitled.score_date

)

select
    entitled_counts.account_id,
    entitled_counts.score_date,
    entitled_counts.entitled_features,
    entitled_counts.entitled_tier_features,
    coalesce(used.used_features, 0) as used_features,
    coalesce(used.tier_feature_users, 0) as tier_feature_users

from entitled_counts

left join used
    on
        entitled_counts.account_id = used.account_id
        and entitled_counts.score_date = used.score_date
