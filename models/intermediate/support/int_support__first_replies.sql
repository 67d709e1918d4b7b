with

tickets as (

    select * from {{ ref('int_support__tickets') }}

),

sla_events as (

    select
        *,
        row_number() over (partition by ticket_id order by target_at desc) as target_number

    from {{ ref('stg_zendesk__ticket_sla_events') }}

    where is_current and not is_deleted and metric = 'first_reply'

),

reply_targets as (

    select * from {{ ref('int_support__reply_targets') }}

    where target_at is not null

),

comments as (

    select * from {{ ref('stg_zendesk__ticket_comments') }}

    where is_current and not is_deleted and is_public

),

agents as (

    select * from {{ ref('stg_zendesk__users') }}

    where is_current and lower(role) in ('agent', 'admin')

),

replies as (

    select
        tickets.ticket_id,
        min(comments.created_at) as replied_at

    from tickets

    inner join comments
        on
            tickets.ticket_id = comments.ticket_id
            and tickets.opened_at <= comments.created_at

    inner join agents on comments.user_id = agents.zendesk_user_id

    where tickets.requester_id is null or comments.user_id <> tickets.requester_id

    group by tickets.ticket_id

),

-- A target that was set anew, because the severity changed, takes the place of the one before.
timed as (

    select
        ticket_id,
        target_at,
        met_at as replied_at
    from sla_events
    where target_number = 1

    union all

    select
        reply_targets.ticket_id,
        reply_targets.target_at,
        replies.replied_at
    from reply_targets
    left join replies on reply_targets.ticket_id = replies.ticket_id

)

select
    tickets.ticket_id,
    tickets.account_id,
    tickets.opened_date,
    {{ reporting_day('least(timed.target_at, coalesce(timed.replied_at, timed.target_at))') }}
        as decided_date,
    coalesce(timed.replied_at <= timed.target_at, false) as is_in_time,
    timed.target_at,
    timed.replied_at

from tickets

inner join timed on tickets.ticket_id = timed.ticket_id
