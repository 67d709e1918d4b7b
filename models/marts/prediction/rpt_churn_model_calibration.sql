with

held_out as (

    select
        *,
        ntile(10) over (
            partition by target order by probability asc, account_id asc, score_date asc
        ) as risk_decile

    from {{ ref('int_prediction__scored') }}

    where part = 'held_out'

),

labels as (

    select * from {{ ref('int_prediction__labels') }}

)

select
    held_out.target,
    cast(held_out.risk_decile as integer) as risk_decile,
    cast(count(*) as bigint) as scored_accounts,
    cast(count(case when labels.is_churned then 1 end) as bigint) as churned_accounts,
    avg(held_out.probability) as mean_probability,
    cast(count(case when labels.is_churned then 1 end) as double) / count(*) as churn_rate

from held_out

inner join labels
    on
        held_out.target = labels.target
        and held_out.account_id = labels.account_id
        and held_out.score_date = labels.score_date

group by held_out.target, held_out.risk_decile
