{# Accounts are joined with a few dozen dates, by when they paid; never with all days. #}
with

score_dates as (

    select * from {{ ref('int_health__score_dates') }}

),

balances as (

    select
        account_id,
        closing_mrr as mrr,
        change_date as valid_from,
        lead(change_date) over by_account as valid_to

    from {{ ref('int_revenue__account_days') }}

    window by_account as (partition by account_id order by change_date)

),

first_days as (

    select
        account_id,
        min(valid_from) as first_paid_date

    from balances

    where mrr > 0

    group by account_id

),

stages as (

    select * from {{ ref('int_journey__stages') }}

),

size_tiers as (
    {{ dated_reference('size_tiers', ['size_tier']) }}
),

paying as (

    select
        balances.account_id,
        score_dates.score_date,
        balances.mrr,
        first_days.first_paid_date,
        {{ dbt.datediff('first_days.first_paid_date', 'score_dates.score_date', 'day') }}
            as tenure_days

    from balances

    inner join score_dates
        on
            balances.valid_from <= score_dates.score_date
            and coalesce(balances.valid_to, {{ far_date() }}) > score_dates.score_date

    inner join first_days on balances.account_id = first_days.account_id

    where balances.mrr > 0

),

tiered as (

    select
        paying.account_id,
        paying.score_date,
        size_tiers.size_tier,
        size_tiers.meeting_cadence_days,
        row_number() over (
            partition by paying.account_id, paying.score_date order by size_tiers.min_mrr desc
        ) as tier_number

    from paying

    inner join size_tiers
        on
            paying.mrr >= size_tiers.min_mrr
            and size_tiers.valid_from <= paying.score_date
            and size_tiers.valid_to > paying.score_date

)

select
    paying.account_id,
    paying.score_date,
    paying.mrr,
    coalesce(tiered.size_tier, 'none') as size_tier,
    tiered.meeting_cadence_days,
    coalesce(stages.stage, 'onboarding') as journey_stage,
    paying.first_paid_date,
    paying.tenure_days,
    paying.score_date < {{ as_of_date() }} as is_backfilled

from paying

left join tiered
    on
        paying.account_id = tiered.account_id
        and paying.score_date = tiered.score_date
        and tiered.tier_number = 1

left join stages
    on
        paying.account_id = stages.account_id
        and stages.entered_date <= paying.score_date
        and coalesce(stages.left_date, {{ far_date() }}) > paying.score_date
