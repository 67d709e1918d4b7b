{{ config(materialized='view') }}
{% set groups = [
    'billing', 'company', 'event', 'expansion', 'feature', 'frequency', 'health', 'journey', 'load',
    'month', 'onboarding', 'ownership', 'renewal', 'silence', 'support', 'trend', 'voice', 'week',
] %}
{% for group in groups %}
select
    rule,
    subject_type,
    subject_id,
    event_key,
    judged_date,
    is_firing,
    is_holding,
    measure,
    reason

from {{ ref('int_alerts__' ~ group ~ '_conditions') }}
{{ 'union all' if not loop.last }}
{% endfor %}
