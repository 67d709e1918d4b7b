{# The weight of what is missing goes to what is observed of its group; a group of which nothing is
   observed gives its weight to the other groups. #}
with

normalized as (

    select * from {{ ref('int_health__normalized') }}

),

weights as (

    select * from {{ ref('int_health__weights') }}

),

weighted as (

    select
        normalized.account_id,
        normalized.score_date,
        normalized.dimension,
        weights.dimension_group,
        normalized.raw_value,
        normalized.normalized_value,
        weights.base_weight,
        normalized.missing_rule,
        case
            when normalized.normalized_value is null then 0 else weights.base_weight
        end as observed_weight,
        case when normalized.missing_rule = 'N' then 0 else weights.base_weight end
            as eligible_weight

    from normalized

    inner join weights
        on
            normalized.score_date = weights.score_date
            and normalized.size_tier = weights.size_tier
            and normalized.journey_stage = weights.journey_stage
            and normalized.dimension = weights.dimension

),

by_group as (

    select
        *,
        sum(observed_weight) over same_group as group_observed,
        sum(base_weight) over same_group as group_weight

    from weighted

    window same_group as (partition by account_id, score_date, dimension_group)

),

by_account as (

    select
        *,
        sum(case when group_observed > 0 then base_weight end) over same_day as seen_groups_weight,
        cast(sum(observed_weight) over same_day as double)
        / nullif(cast(sum(eligible_weight) over same_day as double), 0) as coverage

    from by_group

    window same_day as (partition by account_id, score_date)

),

spread as (

    select
        *,
        case
            when observed_weight = 0 then cast(0 as double)
            else
                100.0 * cast(observed_weight as double) / cast(group_observed as double)
                * cast(group_weight as double) / cast(seen_groups_weight as double)
        end as weight

    from by_account

)

select
    account_id,
    score_date,
    dimension,
    dimension_group,
    raw_value,
    normalized_value,
    base_weight,
    weight,
    case
        when coverage >= {{ var('health_min_coverage') }}
            then cast(coalesce(weight * normalized_value / 100.0, 0) as decimal(12, 6))
    end as points,
    missing_rule,
    coverage

from spread
