{# The longest billing interval in force, and whether it goes on by itself. #}
with

score_days as (

    select
        account_id,
        score_date
    from {{ ref('int_health__score_days') }}

),

item_periods as (

    select
        account_id,
        subscription_id,
        valid_from,
        valid_to,
        {{ interval_months('billing_interval', 'interval_count') }} as interval_months

    from {{ ref('int_revenue__item_periods') }}

    where mrr > 0 and billing_interval is not null

),

-- Without history mode the one version speaks for all days, from the request on.
subscription_versions as (

    select
        subscription_id,
        is_cancelled_at_period_end,
        coalesce({{ reporting_day('version_starts_at') }}, cast('1900-01-01' as date))
            as version_date,
        {{ reporting_day('coalesce(cancel_requested_at, version_starts_at)') }}
            as cancelled_date,
        version_starts_at,
        synced_at,
        version_id

    from {{ ref('int_billing__subscription_rows') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by subscription_id, version_date
            order by version_starts_at desc, synced_at desc, version_id asc
        ) as day_rank

    from subscription_versions

),

cancellations as (

    select
        *,
        lead(version_date) over (partition by subscription_id order by version_date) as valid_to

    from ranked

    where day_rank = 1

),

in_force as (

    select
        score_days.account_id,
        score_days.score_date,
        item_periods.subscription_id,
        item_periods.interval_months,
        max(item_periods.interval_months) over (
            partition by score_days.account_id, score_days.score_date
        ) as longest_months

    from score_days

    inner join item_periods
        on
            score_days.account_id = item_periods.account_id
            and score_days.score_date >= item_periods.valid_from
            and score_days.score_date < coalesce(item_periods.valid_to, {{ far_date() }})

)

select
    in_force.account_id,
    in_force.score_date,
    in_force.longest_months,
    -- One subscription that goes on is enough; where billing does not say, it goes on.
    max(
        case
            when
                cancellations.is_cancelled_at_period_end
                and coalesce(cancellations.cancelled_date, in_force.score_date)
                <= in_force.score_date
                then 0
            else 1
        end
    ) = 1 as is_going_on

from in_force

left join cancellations
    on
        in_force.subscription_id = cancellations.subscription_id
        and in_force.score_date >= cancellations.version_date
        and in_force.score_date < coalesce(cancellations.valid_to, {{ far_date() }})

where in_force.interval_months = in_force.longest_months

group by in_force.account_id, in_force.score_date, in_force.longest_months
