{# The part of kpi_columns that is added up over accounts. #}
{% macro account_kpi_columns() %}
    {% set first_value_final = dbt.dateadd(
        'day', var('kpi_first_value_days') - 1, dbt.dateadd('month', 1, 'month')
    ) ~ ' <= ' ~ as_of_date() %}
    {% set as_of_month = 'cast(' ~ dbt.date_trunc('month', as_of_date()) ~ ' as date)' %}
    {% set gap = "case when unmeasured_accounts > 0 then 'usage_gap' end" %}
    {% set none_sold = "case when measured_accounts > 0 then 'not_applicable'"
        ~ " when unmeasured_accounts > 0 then 'usage_gap' end" %}
    {% set figures = {
        'wau': ['weekly_active_users', none, 'measured_accounts', gap],
        'mau': ['monthly_active_users', none, 'measured_accounts', gap],
        'dau': ['weekday_active_users', none, 'measured_accounts', gap],
        'stickiness': ['weekday_active_users', 'monthly_active_users', 'measured_accounts', gap],
        'engagement_rhythm': [
            'mean_weekly_active_users', 'monthly_active_users', 'measured_accounts', gap,
        ],
        'seat_utilisation': ['seat_users', 'paid_seats', 'seat_accounts', none_sold],
        'breadth': ['used_features', 'entitled_features', 'feature_accounts', none_sold],
        'depth': [
            'tier_feature_users', 'tier_account_users', 'tier_accounts',
            'case when tier_accounts = 0 then ' ~ none_sold ~ ' end',
        ],
        'usage_trend': [
            'recent_user_days - prior_user_days', 'prior_user_days', 'trend_accounts', gap,
        ],
        'days_to_first_value': [
            'first_value_days', 'first_value_accounts', 'first_value_accounts', none,
        ],
        'first_value_rate': [
            'first_values_in_time', 'first_value_accounts', 'first_value_accounts', none,
        ],
        'health_score': ['health_scores', 'scored_accounts', 'scored_accounts', "'low_coverage'"],
        'service_cost_rate': [
            'touch_cost', 'service_budget', 'service_accounts', "'no_reference'",
        ],
        'over_served_share': [
            'over_served_accounts', 'service_accounts', 'service_accounts', "'no_reference'",
        ],
        'under_served_share': [
            'under_served_accounts', 'service_accounts', 'service_accounts', "'no_reference'",
        ],
        'health_scored_share': ['scored_accounts', 'judged_accounts', 'judged_accounts', none],
    } %}
    {% for band in ['green', 'yellow', 'red'] %}
        {% do figures.update({'health_' ~ band ~ '_share': [
            band ~ '_accounts', 'scored_accounts', 'scored_accounts', "'low_coverage'",
        ]}) %}
    {% endfor %}
    {% for rule in ['high_value_active', 'low_value_at_risk'] %}
        {% do figures.update({rule ~ '_share': [
            rule ~ '_accounts', 'rfm_accounts', 'rfm_accounts', none,
        ]}) %}
    {% endfor %}
    {% set columns = {} %}
    {% for kpi, parts in figures.items() %}
        {% do columns.update({kpi: {'n': parts[2], 'reason': parts[3]}}) %}
        {% if kpi.startswith('health_') %}
            {% do columns[kpi].update({'rows': 'judged_accounts > 0'}) %}
        {% elif 'serv' in kpi %}
            {% do columns[kpi].update({'rows': 'month = ' ~ as_of_month}) %}
        {% elif 'first_value' in kpi %}
            {% do columns[kpi].update({
                'is_final': first_value_final,
                'reason': 'case when not (' ~ first_value_final ~ ") then 'not_known_yet' end",
            }) %}
        {% elif not kpi.endswith('_share') %}
            {% do columns[kpi].update({'rows': 'counted_accounts > 0'}) %}
        {% endif %}
        {% if parts[1] %}
            {% do columns[kpi].update({'numerator': parts[0], 'denominator': parts[1]}) %}
        {% else %}
            {% do columns[kpi].update({'value': parts[0]}) %}
        {% endif %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}
