{# Tables without a time of their events are known from the beginning on. #}
{% set tables = {
    'salesforce.case_study_c': ['stg_salesforce__case_studies', 'published_on'],
    'salesforce.contact': ['stg_salesforce__contacts', none],
    'salesforce.event': ['stg_salesforce__events', 'starts_at'],
    'salesforce.opportunity': ['stg_salesforce__opportunities', 'created_at'],
    'salesforce.renewal_step_c': ['stg_salesforce__renewal_steps', none],
    'salesforce.success_goal_c': ['stg_salesforce__success_goals', none],
    'salesforce.task': ['stg_salesforce__tasks', 'completed_at'],
    'zendesk.satisfaction_rating': ['stg_zendesk__satisfaction_ratings', 'updated_at'],
    'zendesk.ticket': ['stg_zendesk__tickets', 'created_at'],
    'zendesk.ticket_comment': ['stg_zendesk__ticket_comments', 'created_at'],
    'zendesk.ticket_field_history': ['stg_zendesk__ticket_field_changes', 'changed_at'],
    'zendesk.ticket_sla_event': ['stg_zendesk__ticket_sla_events', 'target_at'],
    'delighted.response': ['stg_delighted__responses', 'created_at'],
    'delighted.survey_request': ['stg_delighted__survey_requests', 'sent_at'],
    'segment.identifies': ['stg_segment__identifies', 'identified_at'],
    'segment.tracks': ['stg_segment__tracks', 'tracked_at'],
    'stripe.invoice': ['stg_stripe__invoices', 'created_at'],
} %}
with

firsts as (
    {% for source_table, (model, moment) in tables.items() %}
    select
        '{{ source_table }}' as source_table,
        {% if moment %}{{ reporting_day('min(' ~ moment ~ ')') }}{% else %}cast(
            '1900-01-01' as date
        ){% endif %} as first_date

    from {{ ref(model) }}

    where is_current

    having count(*) > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from firsts

where first_date is not null
