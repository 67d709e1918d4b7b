{# Kind of evidence -> the raw tables that show it, at least one of them; none where billing does. #}
{% macro journey_evidence_sources() %}
    {{ return({
        'product_event': ['segment.tracks'],
        'active_weeks': ['segment.tracks'],
        'goal_met': ['salesforce.success_goal_c'],
        'expansion': [],
        'nps_promoter': ['delighted.response'],
        'case_study': ['salesforce.case_study_c'],
        'touch': ['salesforce.task', 'salesforce.event'],
    }) }}
{% endmacro %}
