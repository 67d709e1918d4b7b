-- The score and the report must not tell an account two figures of the same name, day and run.
{% set ratios = {
    'seat_utilisation': 'monthly_active_users / nullif(paid_seats, 0)',
    'engagement_rhythm': 'mean_weekly_active_users / nullif(monthly_active_users, 0)',
    'breadth': 'used_features / cast(nullif(entitled_features, 0) as double)',
    'depth': 'tier_feature_users / cast(nullif(monthly_active_users, 0) as double)',
    'usage_trend': 'recent_user_days / cast(nullif(prior_user_days, 0) as double) - 1',
} %}
with

account_months as (

    select * from {{ ref('fct_account_kpi_months') }}

    where coalesce(usage_null_reason, '') not in ('not_scored', 'usage_source_off')

),

observations as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'score_date') }} as date) as month

    from {{ ref('int_health__observations') }}

    where
        score_date = {{ as_of_date() }}
        or {{ is_month_end('score_date') }}

),

shown as (
    {% for dimension, sql in ratios.items() %}
    select
        account_id,
        month,
        '{{ dimension }}' as dimension,
        {{ sql }} as ratio

    from account_months
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    shown.account_id,
    shown.month,
    shown.dimension,
    shown.ratio,
    observations.raw_value

from shown

left join observations
    on
        shown.account_id = observations.account_id
        and shown.month = observations.month
        and shown.dimension = observations.dimension

-- A missing share of features is a true zero to the score (its rule Z), and missing here.
where
    abs(shown.ratio - observations.raw_value) > 1e-9
    or (shown.ratio is null) <> (observations.raw_value is null or observations.missing_rule = 'Z')
