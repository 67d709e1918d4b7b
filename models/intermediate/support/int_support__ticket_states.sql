with

tickets as (

    select * from {{ ref('stg_zendesk__tickets') }}

    where is_current and not is_deleted

),

field_changes as (

    select * from {{ ref('stg_zendesk__ticket_field_changes') }}

    where is_current and not is_deleted and field_name = 'status' and value is not null

),

-- The ticket's own row speaks where the history is not landed or lags behind it.
claims as (

    select
        ticket_id,
        1 as claim_order,
        'open' as status,
        created_at as claimed_at
    from tickets

    union all

    select
        ticket_id,
        2 as claim_order,
        lower(value) as status,
        changed_at as claimed_at
    from field_changes

    union all

    select
        ticket_id,
        3 as claim_order,
        status,
        updated_at as claimed_at
    from tickets
    where updated_at is not null and status is not null

),

-- Clocks of two systems differ by minutes: nothing happens to a ticket before it is opened.
placed as (

    select
        claims.ticket_id,
        claims.status in ('solved', 'closed') as is_solved,
        greatest(claims.claimed_at, tickets.created_at) as claimed_at,
        row_number() over (
            partition by claims.ticket_id
            order by
                greatest(claims.claimed_at, tickets.created_at),
                claims.claim_order,
                claims.claimed_at
        ) as claim_number

    from claims

    inner join tickets on claims.ticket_id = tickets.ticket_id

),

compared as (

    select
        *,
        lag(is_solved) over (partition by ticket_id order by claim_number) as was_solved

    from placed

),

-- A claim that repeats the state in force is no change.
changes as (

    select * from compared

    where was_solved is null or is_solved <> was_solved

)

select
    ticket_id,
    cast(row_number() over by_ticket as integer) as state_number,
    is_solved,
    claimed_at as valid_from,
    lead(claimed_at) over by_ticket as valid_to

from changes

window by_ticket as (partition by ticket_id order by claim_number)
