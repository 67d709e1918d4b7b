{% set days_ahead = dbt.datediff('score_date', 'renewal_date', 'day') %}
with

score_days as (

    select
        *,
        cast({{ dbt.dateadd('month', -6, 'score_date') }} as date) as half_a_year_ago,
        cast({{ dbt.dateadd('month', 3, 'first_paid_date') }} as date) as three_months_old_date
    from {{ ref('int_health__score_days') }}

),

balances as (

    select
        account_id,
        closing_mrr,
        change_date as valid_from,
        lead(change_date) over (partition by account_id order by change_date) as valid_to
    from {{ ref('int_revenue__account_days') }}

),

renewals_ahead as (

    select
        *,
        {{ days_ahead }} as days_ahead
    from {{ ref('int_health__renewals_ahead') }}

),

steps_due as (

    select
        renewals_ahead.account_id,
        renewals_ahead.score_date,
        count(*) as due,
        count(case when renewal_steps.done_on <= renewals_ahead.score_date then 1 end) as done

    from renewals_ahead

    inner join {{ ref('stg_salesforce__renewal_steps') }} as renewal_steps
        on
            renewals_ahead.opportunity_id = renewal_steps.opportunity_id
            and renewals_ahead.score_date >= renewal_steps.due_on

    where renewal_steps.is_current and not renewal_steps.is_deleted
    group by renewals_ahead.account_id, renewals_ahead.score_date

),

bands as (
    {{ dated_reference('health_bands', ['dimension', 'band']) }}
),

commitments as (

    select
        commitments.account_id,
        commitments.score_date,
        case
            when commitments.longest_months >= 24 then 'multi_year'
            when commitments.longest_months < 12 then 'shorter'
            when coalesce(renewals_ahead.is_auto_renewed, commitments.is_going_on)
                then 'yearly_auto'
            else 'yearly'
        end as band

    from {{ ref('int_health__commitments') }} as commitments

    inner join renewals_ahead
        on
            commitments.account_id = renewals_ahead.account_id
            and commitments.score_date = renewals_ahead.score_date

),

measured as (

    select
        score_days.account_id,
        score_days.score_date,
        overdue_invoices.days_overdue,
        case
            when score_days.three_months_old_date <= score_days.score_date
                then score_days.mrr / nullif(cast(balances.closing_mrr as double), 0) - 1
        end as mrr_trend,
        renewals_ahead.days_ahead,
        renewals_ahead.quoted_uplift_percent / 100.0 as uplift,
        steps_due.due as steps_due,
        steps_due.done as steps_done,
        bands.points as commitment_points

    from score_days

    left join balances
        on
            score_days.account_id = balances.account_id
            and greatest(score_days.half_a_year_ago, score_days.first_paid_date)
            >= balances.valid_from
            and greatest(score_days.half_a_year_ago, score_days.first_paid_date)
            < coalesce(balances.valid_to, {{ far_date() }})

    left join {{ ref('int_health__overdue_invoices') }} as overdue_invoices
        on
            score_days.account_id = overdue_invoices.account_id
            and score_days.score_date = overdue_invoices.score_date

    left join renewals_ahead
        on
            score_days.account_id = renewals_ahead.account_id
            and score_days.score_date = renewals_ahead.score_date

    left join steps_due
        on
            score_days.account_id = steps_due.account_id
            and score_days.score_date = steps_due.score_date

    left join commitments
        on
            score_days.account_id = commitments.account_id
            and score_days.score_date = commitments.score_date

    left join bands
        on
            bands.dimension = 'commitment'
            and commitments.band = bands.band
            and commitments.score_date >= bands.valid_from
            and commitments.score_date < bands.valid_to

)

{{ measure_rows('measured', {
    'dunning': ['days_overdue', 'true', 'true'],
    'mrr_trend': ['mrr_trend', 'true', 'true'],
    'renewal_readiness': [
        'cast(steps_done as double) / steps_due',
        'coalesce(days_ahead <= ' ~ var('renewal_readiness_days') ~ ', true)',
        'steps_due is not null',
    ],
    'price_shock': ['uplift', 'true', 'true'],
    'commitment': ['commitment_points', 'true', 'true'],
}) }}
