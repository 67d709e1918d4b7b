-- A score that its drivers do not explain cannot be defended to the CSM whose account it is.
with

drivers as (

    select
        account_id,
        score_date,
        count(*) as dimensions,
        sum(points) as points,
        sum(weight) as weight,
        sum(weight_change_7d + missingness_change_7d + value_change_7d) as change_7d,
        sum(weight_change_28d + missingness_change_28d + value_change_28d) as change_28d

    from {{ ref('fct_account_health_drivers') }}

    group by account_id, score_date

)

select
    scores.account_id,
    scores.score_date,
    scores.model_score,
    drivers.points,
    drivers.weight

from {{ ref('fct_account_health') }} as scores

inner join drivers
    on scores.account_id = drivers.account_id and scores.score_date = drivers.score_date

where
    not {{ is_same('scores.model_score', 'drivers.points') }}
    or (scores.model_score is not null and abs(drivers.weight - 100) > 0.000001)
    {%- for days in ['7d', '28d'] %}
    or not {{ is_same(
        'scores.score_change_' ~ days ~ ' - scores.override_change_' ~ days,
        'drivers.change_' ~ days
    ) }}
    {%- endfor %}
