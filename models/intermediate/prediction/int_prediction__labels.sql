{# The first target is the back-test's own label. The second leaves out who churned within 30 days
   and waits until its later window is known. #}
with

outcomes as (

    select * from {{ ref('int_health__backtest_outcomes') }}

    where {{ is_month_end('score_date') }}

),

later_churns as (

    select distinct
        outcomes.account_id,
        outcomes.score_date

    from outcomes

    inner join {{ ref('int_revenue__account_movements') }} as movements
        on
            outcomes.account_id = movements.account_id
            and movements.movement_date > {{ dbt.dateadd('day', 30, 'outcomes.score_date') }}
            and movements.movement_date <= {{ dbt.dateadd('day', 120, 'outcomes.score_date') }}

    where movements.movement_type = 'churn'

)

select
    'within_90_days' as target, -- noqa: RF04
    account_id,
    score_date,
    is_churned

from outcomes

union all

select
    'days_31_to_120' as target, -- noqa: RF04
    outcomes.account_id,
    outcomes.score_date,
    later_churns.account_id is not null as is_churned

from outcomes

left join later_churns
    on
        outcomes.account_id = later_churns.account_id
        and outcomes.score_date = later_churns.score_date

where
    coalesce(
        outcomes.churn_date > {{ dbt.dateadd('day', 30, 'outcomes.score_date') }},
        true
    )
    and outcomes.score_date
    <= {{ dbt.dateadd('day', -120 - var('health_backtest_delay_days'), as_of_date()) }}
