{# Steps of a renewal that are late, and forecasts that health speaks against. #}
{% set days_ahead = dbt.datediff('rules.judged_date', 'renewals_ahead.renewal_date', 'day') %}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

),

renewals_ahead as (

    select * from {{ ref('int_health__renewals_ahead') }}

    where opportunity_id is not null

),

steps as (

    select
        renewal_step_id,
        opportunity_id,
        step,
        due_on,
        coalesce(done_on, {{ far_date() }}) as done_on

    from {{ ref('stg_salesforce__renewal_steps') }}

    where is_current and not is_deleted and due_on is not null

),

opportunities as (

    select
        opportunity_id,
        lower(forecast_category) as forecast_category
    from {{ ref('int_renewals__opportunities') }}

),

health as (

    select * from {{ ref('int_health__scores') }}

    where reading_number = 1

)

select
    rules.rule,
    'account' as subject_type,
    renewals_ahead.account_id as subject_id,
    steps.renewal_step_id as event_key,
    rules.judged_date,
    true as is_firing,
    true as is_holding,
    cast({{ days_ahead }} as double) as measure,
    'Step ' || coalesce(steps.step, 'without a name') || ' of the renewal on '
    || cast(renewals_ahead.renewal_date as varchar) || ' was due on '
    || cast(steps.due_on as varchar) as reason

from rules

inner join renewals_ahead on rules.judged_date = renewals_ahead.score_date

inner join steps
    on
        renewals_ahead.opportunity_id = steps.opportunity_id
        and rules.judged_date >= steps.due_on
        and rules.judged_date < steps.done_on

where rules.rule = 'A18'

union all

select
    rules.rule,
    'account' as subject_type,
    health.account_id as subject_id,
    '' as event_key,
    rules.judged_date,
    true as is_firing,
    true as is_holding,
    cast(health.health_score as double) as measure,
    'Health is ' || health.health_band || ' and the renewal is forecast as '
    || opportunities.forecast_category as reason

from rules

inner join health on rules.judged_date = health.score_date

inner join renewals_ahead
    on
        health.account_id = renewals_ahead.account_id
        and health.score_date = renewals_ahead.score_date

inner join opportunities on renewals_ahead.opportunity_id = opportunities.opportunity_id

where
    rules.rule = 'A28'
    and (
        (health.health_band = 'red' and opportunities.forecast_category = 'commit')
        or (health.health_band = 'green' and opportunities.forecast_category = 'omitted')
    )
