{# Why something is missing is decided here and nowhere else: source off, not applicable, no
   denominator, and only then the rule of the seed. #}
{% set sources = health_dimension_sources() %}
with

measures as (
    {% for group in ['usage', 'value', 'support', 'voice', 'relationship', 'commercial'] %}
    select * from {{ ref('int_health__' ~ group ~ '_measures') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

score_dates as (

    select * from {{ ref('int_health__score_dates') }}

),

health_sources as (

    select * from {{ ref('int_health__sources') }}

),

needs as (
    {% for dimension, alternatives in sources.items() if alternatives %}
    {%- set outer = loop -%}
    {%- for tables in alternatives %}
    {%- set inner = loop -%}
    {%- for table in tables %}
    select
        '{{ dimension }}' as dimension,
        {{ inner.index }} as need_number,
        '{{ table }}' as source_table
    {{ 'union all' if not (outer.last and inner.last and loop.last) }}
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
),

-- Per need the first day on which one of its tables is there; the last of these days decides.
needs_met as (

    select
        needs.dimension,
        needs.need_number,
        min(health_sources.first_date) as met_date

    from needs

    left join health_sources on needs.source_table = health_sources.source_table

    group by needs.dimension, needs.need_number

),

dimensions_on as (

    select
        dimension,
        max(coalesce(met_date, {{ far_date() }})) as on_date

    from needs_met

    group by dimension

),

rules as (

    select distinct
        score_dates.score_date,
        anchors.dimension,
        anchors.missing_rule,
        coalesce(dimensions_on.on_date <= score_dates.score_date, true) as is_on

    from score_dates

    inner join {{ ref('int_health__anchors') }} as anchors
        on score_dates.score_date = anchors.score_date

    left join dimensions_on on anchors.dimension = dimensions_on.dimension

    where anchors.tenure_to = 1000000

),

judged as (

    select
        measures.account_id,
        measures.score_date,
        measures.dimension,
        measures.raw_value,
        case
            when not rules.is_on then 'X'
            when not measures.is_applicable then 'N'
            when not measures.has_denominator then 'X'
            when measures.raw_value is null then rules.missing_rule
        end as missing_rule

    from measures

    inner join rules
        on
            measures.score_date = rules.score_date
            and measures.dimension = rules.dimension

)

select
    account_id,
    score_date,
    dimension,
    case
        when missing_rule is null then raw_value
        when missing_rule = 'Z' then cast(0 as double)
    end as raw_value,
    missing_rule

from judged
