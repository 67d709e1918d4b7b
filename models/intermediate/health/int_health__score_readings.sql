{# What this run has to add to the record: days nobody has scored yet, and scores that came out
   otherwise than on record. Changes are against what was first published of the earlier day. #}
{% set known = relation_columns(api.Relation.create('history', 'memory', 'mem_health_scores')) %}
{% set compared = [
    'mrr', 'size_tier', 'journey_stage', 'coverage', 'model_score', 'pulse_adjustment',
    'score_cap', 'health_score',
] %}
with

account_scores as (

    select * from {{ ref('int_health__account_scores') }}

),

past as (
    {% if known %}
    select
        *,
        row_number() over (
            partition by account_id, score_date order by reading_number desc
        ) as reading_rank

    from history.memory.mem_health_scores
    {% else %}
    select
        *,
        cast(null as integer) as reading_number,
        cast(null as bigint) as reading_rank
    from account_scores
    where 1 = 0
    {% endif %}
),

found as (

    select
        account_scores.*,
        coalesce(past.reading_number, 0) + 1 as reading_number

    from account_scores

    left join past
        on
            account_scores.account_id = past.account_id
            and account_scores.score_date = past.score_date
            and past.reading_rank = 1

    where
        past.reading_number is null
        {%- for column in compared %}
        or not {{ is_same('account_scores.' ~ column, 'past.' ~ column) }}
        {%- endfor %}

),

first_readings as (

    select
        account_id,
        score_date,
        model_score,
        health_score
    from past

    where reading_number = 1

    union all

    select
        account_id,
        score_date,
        model_score,
        health_score
    from found

    where reading_number = 1

)

select
    {%- for days in [7, 28] %}
    cast(found.health_score - then_{{ days }}.health_score as decimal(12, 6))
        as score_change_{{ days }}d,
    cast(
        found.health_score - found.model_score
        - (then_{{ days }}.health_score - then_{{ days }}.model_score) as decimal(12, 6)
    ) as override_change_{{ days }}d,
    {%- endfor %}
    found.*

from found
{% for days in [7, 28] %}
left join first_readings as then_{{ days }}
    on
        found.account_id = then_{{ days }}.account_id
        and then_{{ days }}.score_date
        = cast({{ dbt.dateadd('day', -days, 'found.score_date') }} as date)
{% endfor %}
