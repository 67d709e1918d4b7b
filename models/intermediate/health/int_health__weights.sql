{# Of the rows of the seed that fit, the one that names tier and stage wins, then the one that
   names the tier, then the one that names the stage. #}
with

peer_groups as (

    select distinct
        score_date,
        size_tier,
        journey_stage

    from {{ ref('int_health__score_days') }}

),

versions as (
    {{ dated_reference('health_weights', ['dimension', 'size_tier', 'stage']) }}
),

fitting as (

    select
        peer_groups.score_date,
        peer_groups.size_tier,
        peer_groups.journey_stage,
        versions.dimension,
        versions.dimension_group,
        versions.weight,
        row_number() over (
            partition by
                peer_groups.score_date,
                peer_groups.size_tier,
                peer_groups.journey_stage,
                versions.dimension
            order by
                case when versions.size_tier is null then 1 else 0 end,
                case when versions.stage is null then 1 else 0 end
        ) as fit_number

    from peer_groups

    inner join versions
        on
            coalesce(versions.size_tier, peer_groups.size_tier) = peer_groups.size_tier
            and coalesce(versions.stage, peer_groups.journey_stage) = peer_groups.journey_stage
            and versions.valid_from <= peer_groups.score_date
            and versions.valid_to > peer_groups.score_date

)

select
    score_date,
    size_tier,
    journey_stage,
    dimension,
    dimension_group,
    cast(weight as decimal(9, 4)) as base_weight

from fitting

where fit_number = 1
