{# Column of rpt_account_kpis_monthly -> type, and SQL over a segment's accounts. Both parts of a ratio
   come from the same accounts: those in which it was measured. #}
{% macro account_kpi_sums() %}
    {% set users = 'monthly_active_users' %}
    {% set bigints = {
        'weekly_active_users': 'sum(weekly_active_users)',
        'monthly_active_users': 'sum(monthly_active_users)',
        'measured_accounts': 'count(monthly_active_users)',
        'seat_users': 'sum(case when paid_seats > 0 then ' ~ users ~ ' end)',
        'seat_accounts': 'count(case when paid_seats > 0 then ' ~ users ~ ' end)',
        'used_features': 'sum(used_features)',
        'entitled_features': 'sum(case when used_features is not null then entitled_features end)',
        'feature_accounts': 'count(used_features)',
        'tier_feature_users': 'sum(tier_feature_users)',
        'tier_account_users': 'sum(case when tier_feature_users is not null then ' ~ users ~ ' end)',
        'tier_accounts': 'count(tier_feature_users)',
        'recent_user_days': 'sum(recent_user_days)',
        'prior_user_days': 'sum(prior_user_days)',
        'trend_accounts': 'count(prior_user_days)',
        'counted_accounts': "count(case when coalesce(usage_null_reason, '') <> 'not_scored' then 1 end)",
        'unmeasured_accounts': "count(case when usage_null_reason = 'usage_gap' then 1 end)",
        'first_value_days': 'sum(first_value_days)',
        'first_value_accounts': 'count(first_value_days)',
        'first_values_in_time': 'count(case when is_first_value_in_time then 1 end)',
        'judged_accounts': "count(case when coalesce(health_null_reason, '') <> 'not_scored' then 1 end)",
        'scored_accounts': 'count(health_score)',
        'green_accounts': "count(case when health_band = 'green' then 1 end)",
        'yellow_accounts': "count(case when health_band = 'yellow' then 1 end)",
        'red_accounts': "count(case when health_band = 'red' then 1 end)",
        'service_accounts': 'count(service_status)',
        'over_served_accounts': "count(case when service_status = 'over_served' then 1 end)",
        'under_served_accounts': "count(case when service_status = 'under_served' then 1 end)",
        'rfm_accounts': 'count(is_high_value_active)',
        'high_value_active_accounts': 'count(case when is_high_value_active then 1 end)',
        'low_value_at_risk_accounts': 'count(case when is_low_value_at_risk then 1 end)',
    } %}
    {% set sums = {} %}
    {% for name, sql in bigints.items() %}{% do sums.update({name: {'type': 'bigint', 'sql': sql}}) %}{% endfor %}
    {% do sums.update({
        'weekday_active_users': {'type': 'double', 'sql': 'sum(weekday_active_users)'},
        'mean_weekly_active_users': {'type': 'double', 'sql': 'sum(mean_weekly_active_users)'},
        'paid_seats': {
            'type': 'double',
            'sql': 'sum(case when paid_seats > 0 and ' ~ users ~ ' is not null then paid_seats end)',
        },
        'service_budget': {'type': 'decimal(18, 2)', 'sql': 'sum(service_budget)'},
        'touch_cost': {'type': 'decimal(18, 2)', 'sql': 'sum(touch_cost)'},
        'health_scores': {'type': 'decimal(38, 6)', 'sql': 'sum(health_score)'},
    }) %}
    {{ return(sums) }}
{% endmacro %}
