{# Features that an account pays for and has not used for a month. #}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

    where rule = 'A10'

),

tracked as (

    select
        rules.judged_date,
        rules.window_days,
        rules.threshold

    from rules

    inner join {{ ref('int_usage__tracked_days') }} as tracked_days
        on
            rules.judged_date >= tracked_days.activity_date
            and {{ dbt.dateadd('day', '-rules.window_days', 'rules.judged_date') }}
            < tracked_days.activity_date

    group by rules.judged_date, rules.window_days, rules.threshold

    -- Of a window with under half of its days nothing is known.
    having 2 * count(*) >= rules.window_days

),

entitled as (

    select distinct
        plan_days.account_id,
        tracked.judged_date,
        tracked.window_days,
        tracked.threshold,
        product_days.feature

    from tracked

    inner join {{ ref('int_health__score_days') }} as score_days
        on
            tracked.judged_date = score_days.score_date
            and tracked.window_days <= score_days.tenure_days

    inner join {{ ref('int_usage__plan_days') }} as plan_days
        on
            score_days.account_id = plan_days.account_id
            and score_days.score_date = plan_days.score_date

    inner join {{ ref('int_usage__product_days') }} as product_days
        on
            plan_days.product_id = product_days.product_id
            and plan_days.score_date = product_days.score_date

    where product_days.feature is not null

),

uses as (

    select distinct
        account_id,
        feature,
        activity_date

    from {{ ref('int_usage__uses') }}

    where use_kind = 'feature'

),

used as (

    select distinct
        entitled.account_id,
        entitled.judged_date,
        entitled.feature

    from entitled

    inner join uses
        on
            entitled.account_id = uses.account_id
            and entitled.feature = uses.feature
            and entitled.judged_date >= uses.activity_date
            and {{ dbt.dateadd('day', '-entitled.window_days', 'entitled.judged_date') }}
            < uses.activity_date

),

unused as (

    select
        entitled.account_id,
        entitled.judged_date,
        entitled.window_days,
        entitled.threshold,
        count(*) as features,
        min(entitled.feature) as example

    from entitled

    left join used
        on
            entitled.account_id = used.account_id
            and entitled.judged_date = used.judged_date
            and entitled.feature = used.feature

    where used.feature is null

    group by
        entitled.account_id, entitled.judged_date, entitled.window_days, entitled.threshold

)

select
    'A10' as rule,
    'account' as subject_type,
    account_id as subject_id,
    '' as event_key,
    judged_date,
    true as is_firing,
    true as is_holding,
    cast(features as double) as measure,
    cast(features as varchar) || ' features paid for and not used for '
    || cast(window_days as varchar) || ' days, among them ' || example as reason

from unused

where features >= threshold
