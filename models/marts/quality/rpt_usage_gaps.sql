with

user_event_days as (

    select * from {{ ref('int_usage__user_event_days') }}

    where events > 0 and activity_date <= {{ as_of_date() }}

),

known_events as (

    select
        event,
        min(valid_from) as known_from

    from {{ reference('product_events') }}

    group by event

),

gaps as (

    select
        'user_without_account' as gap_kind,
        user_id as subject,
        user_id,
        activity_date,
        events

    from user_event_days

    where account_id is null

    union all

    select
        'unknown_event' as gap_kind,
        coalesce(user_event_days.event, '(none)') as subject,
        user_event_days.user_id,
        user_event_days.activity_date,
        user_event_days.events

    from user_event_days

    left join known_events
        on
            user_event_days.event = known_events.event
            and user_event_days.activity_date >= known_events.known_from

    where known_events.event is null

)

select
    {{ content_hash(['gap_kind', 'subject']) }} as usage_gap_id,
    gap_kind,
    subject,
    count(distinct user_id) as affected_users,
    cast(sum(events) as bigint) as events,
    min(activity_date) as first_date,
    max(activity_date) as last_date

from gaps

group by gap_kind, subject
