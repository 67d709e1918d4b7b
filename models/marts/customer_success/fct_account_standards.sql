{# The score and its drivers as they were first known, of month ends and the as-of day. #}
with

account_days as (

    select
        account_id,
        size_tier,
        journey_stage,
        health_score,
        null_reason,
        score_date

    from {{ ref('fct_account_health') }}

    where
        score_date = {{ as_of_date() }}
        or {{ is_month_end('score_date') }}

),

drivers as (

    select * from {{ ref('fct_account_health_drivers') }}

),

peer_groups as (

    select distinct
        size_tier,
        journey_stage,
        score_date

    from account_days

),

versions as (
    {{ dated_reference('success_standards', ['metric', 'size_tier', 'stage']) }}
),

-- The row that names the tier goes before the one that names the stage.
fitting as (

    select
        peer_groups.size_tier,
        peer_groups.journey_stage,
        peer_groups.score_date,
        versions.metric,
        versions.comparison,
        versions.target,
        row_number() over (
            partition by
                peer_groups.size_tier,
                peer_groups.journey_stage,
                peer_groups.score_date,
                versions.metric
            order by
                case when versions.size_tier is null then 1 else 0 end,
                case when versions.stage is null then 1 else 0 end
        ) as fit_number

    from peer_groups

    inner join versions
        on
            coalesce(versions.size_tier, peer_groups.size_tier) = peer_groups.size_tier
            and coalesce(versions.stage, peer_groups.journey_stage) = peer_groups.journey_stage
            and versions.valid_from <= peer_groups.score_date
            and versions.valid_to > peer_groups.score_date

),

compared as (

    select
        account_days.account_id,
        account_days.size_tier,
        account_days.journey_stage,
        fitting.metric,
        fitting.comparison,
        case
            when fitting.metric = 'health_score' then account_days.null_reason
            when drivers.missing_rule = 'N' then 'not_applicable'
            when drivers.raw_value is null then 'not_observed'
        end as null_reason,
        fitting.target,
        case
            when fitting.metric = 'health_score' then cast(account_days.health_score as double)
            else drivers.raw_value
        end as actual,
        account_days.score_date

    from account_days

    inner join fitting
        on
            account_days.size_tier = fitting.size_tier
            and account_days.journey_stage = fitting.journey_stage
            and account_days.score_date = fitting.score_date
            and fitting.fit_number = 1

    left join drivers
        on
            account_days.account_id = drivers.account_id
            and account_days.score_date = drivers.score_date
            and fitting.metric = drivers.dimension

)

select
    account_id,
    size_tier,
    journey_stage,
    metric,
    comparison,
    null_reason,
    target,
    actual,
    case
        when comparison = 'at_least' then actual >= target
        else actual <= target
    end as is_met,
    score_date

from compared
