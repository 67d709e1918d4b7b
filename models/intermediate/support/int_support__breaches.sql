with

tickets as (

    select * from {{ ref('int_support__tickets') }}

),

open_states as (

    select * from {{ ref('int_support__ticket_states') }}

    where not is_solved

),

sla_events as (

    select * from {{ ref('stg_zendesk__ticket_sla_events') }}

    where is_current and not is_deleted

),

-- On a day counts what holds at its end: from the day the target passes while the ticket is open,
-- up to the day on which the target is met or the ticket solved.
spans as (

    select
        tickets.ticket_id,
        tickets.account_id,
        tickets.severity,
        sla_events.metric,
        {{ reporting_day('sla_events.target_at') }} as target_date,
        {{ reporting_day('sla_events.met_at') }} as met_date,
        {{ reporting_day('open_states.valid_from') }} as open_from,
        {{ reporting_day('open_states.valid_to') }} as open_to

    from sla_events

    inner join tickets on sla_events.ticket_id = tickets.ticket_id

    inner join open_states on sla_events.ticket_id = open_states.ticket_id

),

breaches as (

    select
        ticket_id,
        account_id,
        severity,
        metric,
        greatest(target_date, open_from) as valid_from,
        least(
            coalesce(met_date, {{ far_date() }}),
            coalesce(open_to, {{ far_date() }})
        ) as ends_on

    from spans

)

select
    ticket_id,
    account_id,
    severity,
    metric,
    valid_from,
    nullif(ends_on, {{ far_date() }}) as valid_to

from breaches

where valid_from < ends_on
