with

survival_curves as (

    select * from {{ ref('int_revenue__survival_curves') }}

)

select
    segment_kind,
    segment_value,
    cast(days_since_start as integer) as days_since_start,
    cast(accounts_at_risk as bigint) as accounts_at_risk,
    cast(accounts_churned as bigint) as accounts_churned,
    cast(survival_rate as double) as survival_rate

from survival_curves
