{# What each figure is read from: CTE of rpt_cs_kpis_monthly -> figure -> SQL of its parts there.
   value: the figure as its report has it; without one it is numerator / denominator. n: what it rests
   on. reason: why it may be missing, where that is not an empty base. is_final: whether later days
   can still change it. #}
{% macro kpi_columns() %}
    {% set columns = {'revenue': {
        'mrr': {'value': 'closing_mrr', 'n': 'paying_accounts'},
        'arr': {'value': 'closing_arr', 'n': 'paying_accounts'},
        'paying_accounts': {'value': 'paying_accounts', 'n': 'paying_accounts'},
        'arpa': {'numerator': 'closing_mrr', 'denominator': 'paying_accounts', 'n': 'paying_accounts'},
    }} %}
    {% for movement in mrr_movement_columns() %}
        {% do columns.revenue.update({movement: {'value': movement, 'n': 'paying_accounts'}}) %}
    {% endfor %}
    {% do columns.update({'churns': {'involuntary_churn_share': {
        'numerator': 'involuntary_mrr', 'denominator': 'churned_mrr', 'n': 'churned_accounts',
    }}}) %}
    {% set rates = {
        'nrr': ['base_closing_mrr', 'base_opening_mrr'],
        'grr': ['base_capped_mrr', 'base_opening_mrr'],
        'logo_retention': ['retained_accounts', 'base_accounts'],
        'gross_mrr_churn_rate': ['lost_mrr', 'opening_mrr'],
        'net_mrr_churn_rate': ['lost_mrr - expanded_mrr', 'opening_mrr'],
        'quick_ratio': ['gained_mrr', 'lost_mrr'],
    } %}
    {% for relation, suffix in {'month_windows': '', 'year_windows': '_12_months'}.items() %}
        {% do columns.update({relation: {}}) %}
        {% for rate, parts in rates.items() %}
            {% do columns[relation].update({rate ~ suffix: {
                'value': rate, 'numerator': parts[0], 'denominator': parts[1], 'n': 'base_accounts',
            }}) %}
        {% endfor %}
    {% endfor %}
    {% do columns.update({'cohorts': {}, 'renewals': {}}) %}
    {% for kind, parts in {
        'logo': ['accounts_retained', 'accounts_at_start'],
        'net': ['mrr_retained', 'mrr_at_start'],
        'gross': ['mrr_retained_gross', 'mrr_at_start'],
    }.items() %}
        {% do columns.cohorts.update({'cohort_' ~ kind ~ '_retention_12_months': {
            'numerator': parts[0], 'denominator': parts[1], 'n': 'accounts_at_start',
        }}) %}
    {% endfor %}
    {% for unit, prefix in {'terms': '', 'mrr': 'mrr_'}.items() %}
        {% for reach in ['on_time', '30_days', '90_days'] %}
            {% do columns.renewals.update({prefix ~ 'renewal_rate_' ~ reach: {
                'value': prefix ~ 'renewal_rate_' ~ reach,
                'numerator': unit ~ '_renewed_' ~ reach, 'denominator': unit ~ '_due',
                'n': 'terms_due',
                'reason': "case when terms_open > 0 then 'not_known_yet' end",
                'is_final': 'is_final' if reach == '90_days' else 'terms_open = 0',
            }}) %}
        {% endfor %}
    {% endfor %}
    {% do columns.update({
        'lifetimes': {
            'cltv': {
                'value': 'cltv', 'n': 'paying_accounts',
                'reason': "case when gross_margin is null then 'no_reference' end",
            },
            'cltv_textbook': {
                'value': 'cltv_textbook', 'n': 'paying_accounts',
                'reason': "case when gross_margin is null then 'no_reference' end",
            },
            'expected_life_months': {'value': 'expected_life_months', 'n': 'paying_accounts'},
            'survival_rate_365_days': {
                'value': 'survival_rate_365_days', 'n': 'paying_accounts',
                'reason': "'not_known_yet'",
            },
            'cac': {
                'value': 'cac', 'numerator': 'acquisition_cost', 'denominator': 'new_accounts',
                'n': 'new_accounts',
                'reason': "case when acquisition_cost is null then 'no_reference' end",
            },
        },
        'voice': {
            'nps': {
                'value': 'nps', 'numerator': 'promoters - detractors', 'denominator': 'nps_answers',
                'n': 'nps_answers', 'low': 'nps_low', 'high': 'nps_high',
            },
            'csat': {
                'value': 'csat', 'numerator': 'good_ratings', 'denominator': 'ratings',
                'n': 'ratings',
            },
            'csat_mean': {
                'value': 'csat_mean', 'numerator': 'stars', 'denominator': 'star_ratings',
                'n': 'star_ratings',
            },
            'response_rate': {
                'value': 'response_rate', 'numerator': 'surveys_answered',
                'denominator': 'surveys_sent', 'n': 'surveys_sent',
            },
        },
        'accounts': account_kpi_columns(),
    }) %}
    {{ return(columns) }}
{% endmacro %}
