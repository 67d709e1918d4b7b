{# Mid-rank among peers, taken only of dimensions that are ranked, for three widths of peers:
   tier and stage, tier, all. #}
{% set peers = {
    'stage': 'ranked.score_date, ranked.dimension, ranked.size_tier, ranked.journey_stage',
    'tier': 'ranked.score_date, ranked.dimension, ranked.size_tier',
    'all': 'ranked.score_date, ranked.dimension',
} %}
with

observations as (

    select * from {{ ref('int_health__observations') }}

),

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

anchors as (

    select * from {{ ref('int_health__anchors') }}

),

ranked as (

    select
        observations.account_id,
        observations.score_date,
        observations.dimension,
        observations.raw_value,
        score_days.size_tier,
        score_days.journey_stage

    from observations

    inner join score_days
        on
            observations.account_id = score_days.account_id
            and observations.score_date = score_days.score_date

    where
        observations.raw_value is not null
        and observations.dimension in (
            select anchors.dimension from anchors
            where anchors.normaliser = 'S'
        )

),

standings as (

    select
        ranked.account_id,
        ranked.score_date,
        {%- for name, columns in peers.items() %}
        count(*) over (partition by {{ columns }}) as {{ name }}_peers,
        count(*) over (partition by {{ columns }}, ranked.raw_value) as {{ name }}_equal,
        rank() over (partition by {{ columns }} order by ranked.raw_value) - 1
            as {{ name }}_below,
        {%- endfor %}
        ranked.dimension

    from ranked

)

select
    account_id,
    score_date,
    dimension,
    case
        {%- for name in ['stage', 'tier'] %}
        when {{ name }}_peers >= {{ var('health_min_peers') }}
            then 100.0 * ({{ name }}_below + {{ name }}_equal / 2.0) / {{ name }}_peers
        {%- endfor %}
        else 100.0 * (all_below + all_equal / 2.0) / all_peers
    end as percentile

from standings
