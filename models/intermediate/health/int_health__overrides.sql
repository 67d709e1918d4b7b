{# What people and hard facts say against the model, whatever kind it is. #}
with

score_days as (

    select
        account_id,
        score_date
    from {{ ref('int_health__score_days') }}

),

rules as (

    select * from {{ ref('int_health__override_rules') }}

),

opportunities as (

    select * from {{ ref('int_renewals__opportunities') }}

    where opportunity_type = 'renewal' and renewal_notice_date is not null

),

severe_tickets as (

    select * from {{ ref('int_support__breaches') }}

    where severity = 1

),

facts as (

    select
        account_id,
        score_date,
        'pulse' as override_kind,
        csm_pulse_id as evidence_id,
        crm_user_id as given_by,
        given_on as since_date,
        pulse,
        {{ dbt.datediff('given_on', 'score_date', 'day') }}
            as days_since
    from {{ ref('int_health__pulses') }}

    union all

    select
        score_days.account_id,
        score_days.score_date,
        'renewal_notice' as override_kind,
        opportunities.opportunity_id as evidence_id,
        cast(null as varchar) as given_by,
        opportunities.renewal_notice_date as since_date,
        cast(null as double) as pulse,
        0 as days_since

    from score_days

    inner join opportunities
        on
            score_days.account_id = opportunities.account_id
            and score_days.score_date >= opportunities.renewal_notice_date
            and score_days.score_date < opportunities.open_until_date

    union all

    select
        score_days.account_id,
        score_days.score_date,
        'severe_ticket' as override_kind,
        severe_tickets.ticket_id as evidence_id,
        cast(null as varchar) as given_by,
        severe_tickets.valid_from as since_date,
        cast(null as double) as pulse,
        0 as days_since

    from score_days

    inner join severe_tickets
        on
            score_days.account_id = severe_tickets.account_id
            and score_days.score_date >= severe_tickets.valid_from
            and score_days.score_date < coalesce(severe_tickets.valid_to, {{ far_date() }})

    union all

    select
        account_id,
        score_date,
        'overdue_invoice' as override_kind,
        'dunning' as evidence_id,
        cast(null as varchar) as given_by,
        cast(
            {{ dbt.dateadd('day', '-cast(raw_value as integer)', 'score_date') }} as date
        ) as since_date,
        cast(null as double) as pulse,
        cast(raw_value as integer) as days_since

    from {{ ref('int_health__observations') }}

    where dimension = 'dunning' and raw_value > 0

)

select
    facts.account_id,
    facts.score_date,
    facts.override_kind,
    facts.evidence_id,
    facts.given_by,
    cast(
        greatest(-rules.max_adjustment, least(rules.max_adjustment, facts.pulse))
        as decimal(12, 6)
    ) as adjustment,
    cast(rules.score_cap as decimal(12, 6)) as score_cap,
    min(facts.since_date) as since_date

from facts

inner join rules
    on
        facts.score_date = rules.score_date
        and facts.override_kind = rules.override_kind

where
    case
        when facts.override_kind = 'pulse' then facts.days_since < rules.holds_days
        else facts.days_since >= coalesce(rules.holds_days, 0)
    end

group by
    facts.account_id,
    facts.score_date,
    facts.override_kind,
    facts.evidence_id,
    facts.given_by,
    facts.pulse,
    rules.max_adjustment,
    rules.score_cap
