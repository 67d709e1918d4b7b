with

backed as (

    select
        subscription_id,
        billing_customer_id,
        case
            when version_number > 1 or version_date >= started_date then version_date
            -- A first version from before the start (a placeholder) knows no day of its own.
            when status in ('active', 'past_due') then counts_from_date
            else started_date
        end as from_date,
        status,
        is_collection_paused,
        version_number

    from {{ ref('int_billing__subscription_versions') }}

    union all

    -- Before the first version a subscription counts as active, unless that version says otherwise.
    select
        subscription_id,
        billing_customer_id,
        counts_from_date as from_date,
        'active' as status,
        false as is_collection_paused,
        0 as version_number

    from {{ ref('int_billing__subscription_versions') }}

    where
        version_number = 1
        and status not in ('incomplete', 'incomplete_expired', 'trialing', 'paused')
        and (counts_from_date < version_date or status = 'canceled')

),

-- `canceled` says when service ended; until that day the status before it holds.
ending as (

    select
        backed.*,
        ends.end_date,
        ends.announced_end_date

    from backed

    inner join {{ ref('int_billing__subscription_ends') }} as ends
        on backed.subscription_id = ends.subscription_id

    where backed.status <> 'canceled' or ends.end_date is null

),

-- Every renewal writes a version: those that change nothing here are left out.
compared as (

    select
        *,
        status = lag(status) over by_subscription
        and is_collection_paused = lag(is_collection_paused) over by_subscription
        and {{ is_same('billing_customer_id', 'lag(billing_customer_id) over by_subscription') }}
            as is_repeat

    from ending

    window by_subscription as (partition by subscription_id order by from_date, version_number)

),

intervals as (

    select
        *,
        lead(from_date) over by_subscription as next_date,
        lead(status) over by_subscription as next_status,
        case when lag(status) over by_subscription = status then 0 else 1 end as is_new_status

    from compared

    where not coalesce(is_repeat, false)

    window by_subscription as (partition by subscription_id order by from_date, version_number)

),

runs as (

    select
        *,
        sum(is_new_status) over (
            partition by subscription_id order by from_date, version_number
        ) as status_run

    from intervals

),

graced as (

    select
        *,
        {%- if var('mrr_past_due_grace_days') is not none %}
        case
            when status = 'past_due' then
                cast({{ dbt.dateadd('day', var('mrr_past_due_grace_days'), 'min(from_date) over (partition by subscription_id, status_run)') }} as date)
        end as grace_end_date
        {%- else %}
        cast(null as date) as grace_end_date
        {%- endif %}

    from runs

),

bounded as (

    select
        *,
        {{ earliest(['next_date', 'end_date', 'grace_end_date']) }} as to_date

    from graced

)

select
    subscription_id,
    from_date,
    to_date,
    billing_customer_id,
    status,
    status in ('active', 'past_due')
    {%- if var('mrr_paused_collection') == 'zero' %} and not is_collection_paused{% endif %} as is_counted,
    -- What stopped it: the end of service, or the status that follows.
    case
        when to_date = end_date and (next_date is null or end_date <= next_date) then 'ended'
        when to_date = grace_end_date then 'grace_over'
        else next_status
    end as stopped_by,
    case when announced_end_date > from_date then announced_end_date end as announced_end_date

from bounded

where to_date is null or to_date > from_date
