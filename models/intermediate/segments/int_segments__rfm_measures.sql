{% set days_back = dbt.datediff('active_days.activity_date', 'reached_months.end_date', 'day') %}
{% set activity_month = dbt.dateadd('month', '-reaches.months_back', 'months.month') %}
with

account_months as (

    select
        account_months.account_id,
        account_months.month,
        months.end_date,
        months.end_date = {{ dbt.dateadd('day', -1, 'months.next_month') }} as is_complete,
        account_months.closing_mrr as mrr
    from {{ ref('int_revenue__account_months') }} as account_months

    inner join {{ ref('int_revenue__months') }} as months
        on account_months.month = months.month

    where account_months.closing_mrr > 0

),

first_days as (

    select
        account_id,
        min(change_date) as first_paid_date
    from {{ ref('int_revenue__account_days') }}
    where closing_mrr > 0
    group by account_id

),

active_days as (

    select
        account_id,
        activity_date,
        cast({{ dbt.date_trunc('month', 'activity_date') }} as date) as activity_month
    from {{ ref('int_usage__account_days') }}
    where active_users > 0 and activity_date <= {{ as_of_date() }}
),

usage_source as (

    select min(first_date) as first_date from {{ ref('int_health__sources') }}
    where source_table = 'segment.tracks'

),

-- The last active day up to each month, also where it lies in a month that was not paid for.
shown_months as (

    select
        account_id,
        activity_month as month,
        max(activity_date) as active_date
    from active_days
    group by account_id, activity_month

    union all

    select
        account_id,
        month,
        null as active_date
    from account_months
),

last_days as (

    select
        account_id,
        month,
        max(max(active_date)) over (
            partition by account_id order by month rows unbounded preceding
        ) as last_active_date
    from shown_months
    group by account_id, month

),

-- The weeks of a month begin in one of the months before it: thirteen at most three months back.
reaches as (
    {% for back in range(var('rfm_weeks') * 7 // 28 + 1) %}
    select {{ back }} as months_back{{ ' union all' if not loop.last }}
    {%- endfor %}
),

reached_months as (

    select
        months.month,
        months.end_date,
        cast({{ activity_month }} as date) as activity_month
    from {{ ref('int_revenue__months') }} as months

    cross join reaches

),

active_weeks as (

    select
        active_days.account_id,
        reached_months.month,
        count(distinct floor({{ days_back }} / 7.0)) as weeks
    from active_days
    inner join reached_months on active_days.activity_month = reached_months.activity_month

    where {{ days_back }} < 7 * {{ var('rfm_weeks') }}
    group by active_days.account_id, reached_months.month

)

select
    account_months.account_id,
    account_months.month,
    account_months.end_date,
    account_months.is_complete,
    account_months.mrr,
    -- Who was never active has been silent since the first paid day.
    case
        when usage_source.first_date <= account_months.end_date then
            {{ dbt.datediff(
                'coalesce(last_days.last_active_date, first_days.first_paid_date)',
                'account_months.end_date',
                'day'
            ) }}
    end as recency_days,
    case
        when usage_source.first_date <= account_months.end_date
            then coalesce(active_weeks.weeks, 0)
    end as frequency_weeks

from account_months

cross join usage_source

inner join first_days on account_months.account_id = first_days.account_id

left join last_days
    on
        account_months.account_id = last_days.account_id
        and account_months.month = last_days.month

left join active_weeks
    on
        account_months.account_id = active_weeks.account_id
        and account_months.month = active_weeks.month
