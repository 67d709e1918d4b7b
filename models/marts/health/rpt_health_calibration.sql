with

backtest_days as (

    select * from {{ ref('int_health__backtest_days') }}

    where predictor = 'health_score'

),

tenths as (

    select
        score_date,
        is_churned,
        cast(least(floor(health_score / 10), 9) * 10 as integer) as score_from

    from backtest_days

)

select
    score_from,
    cast(count(*) as bigint) as scored_accounts,
    cast(count(case when is_churned then 1 end) as bigint) as churned_accounts,
    cast(count(case when is_churned then 1 end) as double) / count(*) as churn_rate,
    score_date

from tenths

group by score_date, score_from
