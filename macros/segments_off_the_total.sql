{# Sums over the segments of each kind that are not those of the whole company. Rows are the kinds and
   periods that differ.

   keys: columns that name a period of the report; columns: what adds up. #}
{% macro segments_off_the_total(report, keys, columns) %}
with

by_kind as (

    select
        {{ keys | join(', ') }},
        segment_kind
        {%- for column in columns %},
        sum({{ column }}) as {{ column }}
        {%- endfor %}

    from {{ report }}

    group by {{ keys | join(', ') }}, segment_kind

)

select by_kind.*

from by_kind

left join by_kind as total
    on
        total.segment_kind = 'all'
        {%- for key in keys %}
        and by_kind.{{ key }} = total.{{ key }}
        {%- endfor %}

where
    total.segment_kind is null
    {%- for column in columns %}
    or by_kind.{{ column }} <> total.{{ column }}
    {%- endfor %}
{% endmacro %}
