{% set dimensions = ['ticket_intensity', 'reopened', 'first_reply_in_sla'] %}
with

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

windows as (

    select * from {{ ref('int_health__windows') }}

    where dimension in ({{ "'" ~ dimensions | join("', '") ~ "'" }})

),

tickets as (

    select
        tickets.*,
        first_replies.decided_date,
        case when first_replies.is_in_time then first_replies.decided_date end as in_time_date

    from {{ ref('int_support__tickets') }} as tickets

    left join {{ ref('int_support__first_replies') }} as first_replies
        on tickets.ticket_id = first_replies.ticket_id

),

severe_tickets as (

    select
        score_days.account_id,
        score_days.score_date,
        count(distinct breaches.ticket_id) as late_tickets

    from score_days

    left join {{ ref('int_support__breaches') }} as breaches
        on
            score_days.account_id = breaches.account_id
            and breaches.valid_from <= score_days.score_date
            and coalesce(breaches.valid_to, {{ far_date() }}) > score_days.score_date
            and breaches.severity <= 2

    group by score_days.account_id, score_days.score_date

),

-- Dimensions mostly look back equally far: tickets are counted once for all of them.
spans as (

    select distinct
        score_date,
        window_days,
        window_start
    from windows

),

-- What is known of the window's tickets at the end of the day.
window_tickets as (

    select
        score_days.account_id,
        score_days.score_date,
        score_days.size_tier,
        spans.window_days,
        count(tickets.ticket_id) as opened,
        count(case when tickets.first_solved_date <= score_days.score_date then 1 end) as solved,
        count(case when tickets.first_reopened_date <= score_days.score_date then 1 end)
            as reopened,
        count(case when tickets.decided_date <= score_days.score_date then 1 end) as decided,
        count(case when tickets.in_time_date <= score_days.score_date then 1 end) as in_time

    from score_days

    inner join spans on score_days.score_date = spans.score_date

    left join tickets
        on
            score_days.account_id = tickets.account_id
            and spans.window_start <= tickets.opened_date
            and tickets.opened_date <= score_days.score_date

    group by
        score_days.account_id, score_days.score_date, score_days.size_tier, spans.window_days

),

measured as (

    select
        window_tickets.account_id,
        window_tickets.score_date,
        window_tickets.window_days,
        coalesce(user_counts.provisioned_users, 0) > 0 as has_users,
        -- Per month and 10 users.
        nullif(window_tickets.opened, 0) * 30.0 / window_tickets.window_days * 10.0
        / nullif(user_counts.provisioned_users, 0) as ticket_intensity,
        {{ shrunk_rate('window_tickets.reopened', 'window_tickets.solved', 'tier') }} as reopened,
        window_tickets.in_time * 1.0 / nullif(window_tickets.decided, 0) as first_reply_in_sla

    from window_tickets

    left join {{ ref('int_support__provisioned_users') }} as user_counts
        on
            window_tickets.account_id = user_counts.account_id
            and user_counts.valid_from <= window_tickets.score_date
            and coalesce(user_counts.valid_to, {{ far_date() }}) > window_tickets.score_date

    window tier as (
        partition by
            window_tickets.score_date, window_tickets.window_days, window_tickets.size_tier
    )

)

select
    account_id,
    score_date,
    'open_severe_tickets' as dimension,
    cast(nullif(late_tickets, 0) as double) as raw_value,
    true as is_applicable,
    true as has_denominator

from severe_tickets

union all

select
    measured.account_id,
    measured.score_date,
    windows.dimension,
    cast(
        case windows.dimension
            {%- for dimension in dimensions %}
            when '{{ dimension }}' then measured.{{ dimension }}
            {%- endfor %}
        end as double
    ) as raw_value,
    true as is_applicable,
    windows.dimension <> 'ticket_intensity' or measured.has_users as has_denominator

from measured

inner join windows
    on measured.score_date = windows.score_date and measured.window_days = windows.window_days
