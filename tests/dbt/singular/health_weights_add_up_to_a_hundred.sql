-- A score is a weighted mean of 0 to 100; weights that add up to less or more shift every band.
select
    score_date,
    size_tier,
    journey_stage,
    sum(base_weight) as weights

from {{ ref('int_health__weights') }}

group by score_date, size_tier, journey_stage

having sum(base_weight) <> 100
