with

compared as (

    select
        *,
        row_number() over (
            partition by
                subscription_id,
                version_starts_at,
                status,
                billing_customer_id,
                is_collection_paused
            order by synced_at, version_id
        ) as repeat_number,
        min(synced_date) over (partition by subscription_id, version_starts_at) as first_synced_date

    from {{ ref('int_billing__subscription_rows') }}

),

-- What was seen stands. A resync may write another content over a known version, or leave one that
-- is older than others seen: such a row speaks from the moment it was synced.
placed as (

    select
        *,
        case
            when synced_date > first_synced_date and repeat_number = 1 then synced_at
            when is_latest and version_starts_at < last_version_starts_at then synced_at
            else version_starts_at
        end as holds_from_at

    from compared

    where repeat_number = 1 or is_latest

),

dated as (

    select
        *,
        {{ reporting_day('holds_from_at') }} as version_date,
        {{ reporting_day('coalesce(started_at, created_at, holds_from_at)') }} as started_date,
        {{ reporting_day('coalesce(trial_ends_at, started_at, created_at, holds_from_at)') }}
            as counts_from_date

    from placed

),

-- The last version of a day wins.
ranked as (

    select
        *,
        row_number() over (
            partition by subscription_id, version_date
            order by holds_from_at desc, version_starts_at desc, synced_at desc, version_id asc
        ) as day_rank

    from dated

)

select
    subscription_id,
    version_date,
    row_number() over (partition by subscription_id order by version_date) as version_number,
    billing_customer_id,
    status,
    is_collection_paused,
    started_date,
    counts_from_date,
    current_period_starts_at,
    current_period_ends_at

from ranked

where day_rank = 1
