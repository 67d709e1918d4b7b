{# Weeks are counted from a Monday: neighbours differ by one, whatever the engine's week is. #}
{% set a_monday = "cast('1900-01-01' as date)" %}
{% set days_since = dbt.datediff(a_monday, 'activity_date', 'day') %}
{% set counted = {'goal_met': 'goals', 'case_study': 'case_studies', 'expansion': 'expansions'} %}
with

product_events as (

    select
        account_id,
        event as subject,
        min(activity_date) as fact_date

    from {{ ref('int_usage__user_event_days') }}

    where account_id is not null and events > 0
    group by account_id, event

),

active_days as (

    select
        account_id,
        activity_date,
        floor({{ days_since }} / 7.0) as week_number

    from {{ ref('int_usage__account_days') }}

    where active_users > 0
),

active_weeks as (

    select
        account_id,
        cast(week_number as integer) as week_number,
        cast(
            week_number
            - row_number() over (partition by account_id order by week_number) as integer
        ) as run_number

    from active_days

    group by account_id, week_number
    having count(*) >= {{ var('journey_active_days_a_week') }}

),

touches as (

    select
        account_id,
        touch_kind as subject,
        min(touched_on) as fact_date

    from {{ ref('int_relationship__touches') }}
    group by account_id, touch_kind

),

goals as (

    select
        account_id,
        met_on as fact_date
    from {{ ref('int_journey__goals') }}

),

case_studies as (

    select
        crm_accounts.account_id,
        case_studies.published_on as fact_date

    from {{ ref('stg_salesforce__case_studies') }} as case_studies

    inner join {{ ref('int_accounts__crm_accounts') }} as crm_accounts
        on case_studies.crm_account_id = crm_accounts.crm_account_id

    where case_studies.is_current and not case_studies.is_deleted

),

expansions as (

    select
        account_id,
        movement_date as fact_date
    from {{ ref('int_revenue__account_movements') }}

    where movement_type = 'expansion'

),

-- The reached number grows with time, or is what the fact is worth.
facts as (
    {% for kind, facts in {'product_event': 'product_events', 'touch': 'touches'}.items() %}
    select account_id, '{{ kind }}' as evidence_kind, subject, null as reached_number, fact_date
    from {{ facts }}

    union all
    {% endfor %}
    select
        account_id,
        'active_weeks' as evidence_kind,
        null as subject,
        row_number() over (partition by account_id, run_number order by week_number)
            as reached_number,
        cast({{ dbt.dateadd('day', '7 * week_number + 6', a_monday) }} as date) as fact_date
    from active_weeks
    {% for kind, facts in counted.items() %}
    union all

    select
        account_id,
        '{{ kind }}' as evidence_kind,
        null as subject,
        row_number() over (partition by account_id order by fact_date) as reached_number,
        fact_date
    from {{ facts }}

    where fact_date is not null
    {% endfor %}
    union all

    select
        account_id,
        'nps_promoter' as evidence_kind,
        null as subject,
        score as reached_number,
        responded_on as fact_date
    from {{ ref('int_voice__responses') }}

    where account_id is not null
)

select
    account_id,
    evidence_kind,
    cast(subject as {{ dbt.type_string() }}) as subject,
    cast(reached_number as integer) as reached_number,
    min(fact_date) as fact_date

from facts

where fact_date <= {{ as_of_date() }}

group by account_id, evidence_kind, subject, reached_number
