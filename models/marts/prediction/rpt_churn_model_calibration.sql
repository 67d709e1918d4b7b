with

labelled as (

    select
        held_out.target,
        held_out.account_id,
        held_out.score_date,
        held_out.probability,
        labels.is_churned,
        features.size_tier

    from {{ ref('int_prediction__scored') }} as held_out

    inner join {{ ref('int_prediction__labels') }} as labels
        on
            held_out.target = labels.target
            and held_out.account_id = labels.account_id
            and held_out.score_date = labels.score_date

    inner join {{ ref('int_prediction__features') }} as features
        on
            held_out.account_id = features.account_id
            and held_out.score_date = features.score_date

    where held_out.part = 'held_out'

),

segmented as (

    select
        *,
        'all' as segment_kind,
        'all' as segment_value

    from labelled

    union all

    select
        *,
        'size_tier' as segment_kind,
        size_tier as segment_value

    from labelled

),

ranked as (

    select
        *,
        ntile(10) over (
            partition by target, segment_kind, segment_value
            order by probability asc, account_id asc, score_date asc
        ) as risk_decile

    from segmented

)

select
    target,
    segment_kind,
    segment_value,
    cast(risk_decile as integer) as risk_decile,
    cast(count(*) as bigint) as scored_accounts,
    cast(count(case when is_churned then 1 end) as bigint) as churned_accounts,
    cast(avg(cast(probability as decimal(9, 6))) as double) as mean_probability,
    cast(count(case when is_churned then 1 end) as double) / count(*) as churn_rate

from ranked

group by target, segment_kind, segment_value, risk_decile
