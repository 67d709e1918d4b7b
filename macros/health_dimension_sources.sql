{# Dimension -> the raw tables that it needs: of each inner list at least one. #}
{% macro health_dimension_sources() %}
    {% set usage = [['segment.tracks']] %}
    {% set users = [['segment.tracks'], ['segment.identifies']] %}
    {% set touches = [['salesforce.task', 'salesforce.event']] %}
    {% set contacts = [['salesforce.task', 'salesforce.event'], ['salesforce.contact']] %}
    {{ return({
        'active_weekdays': usage,
        'seat_utilisation': usage,
        'user_engagement': users,
        'engagement_rhythm': usage,
        'usage_trend': usage,
        'breadth': usage,
        'depth': usage,
        'integrations': usage,
        'milestones_on_time': usage,
        'time_to_first_value': usage,
        'goals_met': [['salesforce.success_goal_c']],
        'open_severe_tickets': [['zendesk.ticket'], ['zendesk.ticket_sla_event']],
        'ticket_intensity': [['zendesk.ticket'], ['segment.identifies']],
        'reopened': [['zendesk.ticket'], ['zendesk.ticket_field_history']],
        'first_reply_in_sla': [['zendesk.ticket'], ['zendesk.ticket_sla_event', 'zendesk.ticket_comment']],
        'mean_nps_rating': [['delighted.response']],
        'csat': [['zendesk.satisfaction_rating']],
        'survey_response': [['delighted.survey_request'], ['delighted.response']],
        'meeting_recency': touches,
        'multi_threading': touches,
        'executive_sponsor': contacts,
        'champion_change': contacts,
        'dunning': [['stripe.invoice']],
        'mrr_trend': [],
        'renewal_readiness': [['salesforce.opportunity'], ['salesforce.renewal_step_c']],
        'price_shock': [['salesforce.opportunity']],
        'exit_intent': usage,
        'commitment': [],
    }) }}
{% endmacro %}
