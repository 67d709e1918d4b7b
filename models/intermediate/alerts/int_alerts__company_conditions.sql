{# Gross MRR churn of the whole company that rose from month to month, several times in a row. #}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

    where rule = 'A13'

),

windows as (

    select * from {{ ref('int_revenue__windows') }}

    where period_kind = 'month' and is_complete

),

rates as (

    select
        windows.period_start,
        windows.end_date,
        cast(-sum(sums.contraction_mrr + sums.churn_mrr) as double)
        / nullif(cast(sum(sums.opening_mrr) as double), 0) as gross_mrr_churn_rate

    from windows

    inner join {{ ref('int_revenue__window_segments') }} as sums
        on
            windows.period_kind = sums.period_kind
            and windows.period_start = sums.period_start

    group by windows.period_start, windows.end_date

),

months as (

    select
        *,
        lead(end_date) over by_month as next_end_date,
        case
            when gross_mrr_churn_rate > lag(gross_mrr_churn_rate) over by_month then 0
            else 1
        end as is_not_up

    from rates

    window by_month as (order by period_start)

),

runs as (

    select
        *,
        sum(is_not_up) over (
            order by period_start rows between unbounded preceding and current row
        ) as run_number

    from months

),

counted as (

    select
        *,
        sum(1 - is_not_up) over (
            partition by run_number order by period_start
            rows between unbounded preceding and current row
        ) as months_up

    from runs

)

select
    rules.rule,
    'company' as subject_type,
    'company' as subject_id,
    cast(counted.period_start as varchar) as event_key,
    rules.judged_date,
    true as is_firing,
    true as is_holding,
    cast(counted.gross_mrr_churn_rate as double) as measure,
    'Gross MRR churn rose for ' || cast(counted.months_up as varchar)
    || ' months, to '
    || cast(cast(100 * counted.gross_mrr_churn_rate as decimal(12, 2)) as varchar)
    || '% in the month of ' || cast(counted.period_start as varchar) as reason

from rules

-- The last month that was over on the day.
inner join counted
    on
        rules.judged_date >= counted.end_date
        and rules.judged_date < coalesce(counted.next_end_date, {{ far_date() }})

where counted.months_up >= rules.threshold
