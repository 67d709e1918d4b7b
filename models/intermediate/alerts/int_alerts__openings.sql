{# Who owns the account, what it pays and why the alert is there, all of the day it opened on. #}
{% set key = ['rule', 'subject_type', 'subject_id', 'event_key'] %}
with

states as (

    select * from {{ ref('int_alerts__states') }}

),

clearings as (

    select
        {{ key | join(',\n        ') }},
        cleared_opened_date as opened_date,
        judged_date as cleared_date

    from states

    where cleared_opened_date is not null

),

openings as (

    select
        {{ content_hash(key + ['opened_date']) }} as alert_id,
        states.*

    from states

    where states.opened_date is not null

),

owners as (

    select
        account_id,
        csm_id,
        valid_from,
        coalesce(valid_to, {{ far_date() }}) as valid_to

    from {{ ref('int_crm__ownerships') }}

    where ownership_kind = 'owner'

),

balances as (

    select
        account_id,
        closing_mrr,
        change_date as valid_from,
        coalesce(
            lead(change_date) over (partition by account_id order by change_date), {{ far_date() }}
        ) as valid_to

    from {{ ref('int_revenue__account_days') }}

)

select
    openings.alert_id,
    openings.rule,
    openings.subject_type,
    openings.subject_id,
    openings.event_key,
    openings.opened_date,
    openings.suppressed_reason,
    rules.due_date,
    rules.owner,
    case openings.subject_type
        when 'account' then owners.csm_id
        when 'csm' then openings.subject_id
    end as csm_id,
    cast(balances.closing_mrr as decimal(18, 2)) as mrr_at_risk,
    conditions.measure,
    conditions.reason,
    case
        when openings.suppressed_reason is not null then openings.opened_date
        else clearings.cleared_date
    end as cleared_date

from openings

inner join {{ ref('int_alerts__rules') }} as rules
    on openings.rule = rules.rule and openings.opened_date = rules.judged_date

inner join {{ ref('int_alerts__conditions') }} as conditions
    on
        {%- for column in key %}
        openings.{{ column }} = conditions.{{ column }} and
        {%- endfor %}
        openings.opened_date = conditions.judged_date

left join clearings
    on
        {%- for column in key %}
        openings.{{ column }} = clearings.{{ column }} and
        {%- endfor %}
        openings.opened_date = clearings.opened_date

left join owners
    on
        case when openings.subject_type = 'account' then openings.subject_id end
        = owners.account_id
        and openings.opened_date >= owners.valid_from
        and openings.opened_date < owners.valid_to

left join balances
    on
        case when openings.subject_type = 'account' then openings.subject_id end
        = balances.account_id
        and openings.opened_date >= balances.valid_from
        and openings.opened_date < balances.valid_to
