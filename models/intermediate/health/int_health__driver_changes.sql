{# The drivers of days that are scored for the first time, each with its part of the change
   since 7 and 28 days before. Replaced in this order, always of what was published: weight
   (today's base weights; what was missing then, values of then), missingness (what is observed
   today; what comes into sight brings today's value), value. Points are rounded before they
   are subtracted, so the parts add up exactly. #}
{% set known = relation_columns(api.Relation.create('history', 'memory', 'mem_health_drivers')) %}
{% set published = ['account_id', 'score_date', 'dimension', 'normalized_value', 'points'] %}
with

points as (

    select * from {{ ref('int_health__points') }}

),

first_days as (

    select
        account_id,
        score_date
    from {{ ref('int_health__score_readings') }}

    where reading_number = 1

),

new_points as (

    select points.*

    from points

    inner join first_days
        on
            points.account_id = first_days.account_id
            and points.score_date = first_days.score_date

),

recorded as (

    select {{ published | join(', ') }} from new_points
    {% if known %}
    union all

    select {{ published | join(', ') }} from history.memory.mem_health_drivers

    where
        score_date in (
            {% for days in [7, 28] %}
            select cast({{ dbt.dateadd('day', -days, 'score_date') }} as date) from first_days
            {{ 'union' if not loop.last }}
            {% endfor %}
        )
    {% endif %}
),
{% for days in [7, 28] %}
weights_then_{{ days }} as (

    select
        new_points.account_id,
        new_points.score_date,
        new_points.dimension,
        new_points.base_weight,
        new_points.weight,
        new_points.normalized_value,
        new_points.points,
        recorded.normalized_value as then_value,
        recorded.points as then_points,
        case when recorded.normalized_value is null then 0 else new_points.base_weight end
            as then_observed,
        sum(case when recorded.normalized_value is null then 0 else new_points.base_weight end)
            over same_group as group_observed,
        sum(new_points.base_weight) over same_group as group_weight

    from new_points

    inner join recorded
        on
            new_points.account_id = recorded.account_id
            and new_points.dimension = recorded.dimension
            and recorded.score_date
            = cast({{ dbt.dateadd('day', -days, 'new_points.score_date') }} as date)

    where new_points.points is not null and recorded.points is not null

    window
        same_group as (
            partition by
                new_points.account_id, new_points.score_date, new_points.dimension_group
        )

),

steps_{{ days }} as (

    select
        account_id,
        score_date,
        dimension,
        points,
        then_points,
        cast(
            case
                when then_observed = 0 then 0
                else
                    cast(then_observed as double) / cast(group_observed as double)
                    * cast(group_weight as double)
                    / cast(
                        sum(case when group_observed > 0 then base_weight end)
                            over (partition by account_id, score_date)
                        as double
                    )
                    * then_value
            end as decimal(12, 6)
        ) as reweighted_points,
        cast(
            case
                when normalized_value is null then 0
                else weight * coalesce(then_value, normalized_value) / 100.0
            end as decimal(12, 6)
        ) as resighted_points

    from weights_then_{{ days }}

),
{% endfor %}
final as (

    select
        new_points.*,
    {%- for days in [7, 28] %}
    steps_{{ days }}.reweighted_points - steps_{{ days }}.then_points as weight_change_{{ days }}d,
    steps_{{ days }}.resighted_points - steps_{{ days }}.reweighted_points
        as missingness_change_{{ days }}d,
    steps_{{ days }}.points - steps_{{ days }}.resighted_points as value_change_{{ days }}d
    {{- ',' if not loop.last }}
    {%- endfor %}

    from new_points
    {% for days in [7, 28] %}
    left join steps_{{ days }}
        on
            new_points.account_id = steps_{{ days }}.account_id
            and new_points.score_date = steps_{{ days }}.score_date
            and new_points.dimension = steps_{{ days }}.dimension
    {% endfor %}
)

select * from final
