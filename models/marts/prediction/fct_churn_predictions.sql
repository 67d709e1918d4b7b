with

predictions as (

    select * from {{ ref('int_prediction__scored') }}

    where part = 'current' and target = 'within_90_days'

),

later_churns as (

    select * from {{ ref('int_prediction__scored') }}

    where part = 'current' and target = 'days_31_to_120'

),

features as (

    select * from {{ ref('int_prediction__features') }}

    where is_as_of_day

)

select
    predictions.account_id,
    predictions.null_reason,
    predictions.model_name,
    predictions.driver_1,
    predictions.driver_2,
    predictions.driver_3,
    predictions.drivers_in_words,
    predictions.probability as churn_probability,
    later_churns.probability as later_churn_probability,
    cast(features.mrr as decimal(18, 2)) as mrr,
    cast(predictions.probability * features.mrr as decimal(18, 2)) as expected_mrr_at_risk,
    cast({{ var('health_backtest_days') }} as integer) as horizon_days,
    predictions.score_date as prediction_date,
    predictions.trained_through

from predictions

inner join features
    on
        predictions.account_id = features.account_id
        and predictions.score_date = features.score_date

inner join later_churns
    on
        predictions.account_id = later_churns.account_id
        and predictions.score_date = later_churns.score_date
