{# One row per month, segment and figure from the CTEs that kpi_columns names. #}
{% macro kpi_rows() %}
    {%- for relation, figures in kpi_columns().items() %}
    {%- set is_last = loop.last %}
    {%- for kpi, parts in figures.items() %}
    select
        month,
        segment_kind,
        segment_value,
        '{{ kpi }}' as kpi,
        {%- set ratio = 'cast(' ~ parts.numerator ~ ' as double) / nullif(' ~ parts.denominator ~ ', 0)' %}
        cast({{ parts.value or ratio }} as double) as value,
        cast({{ parts.numerator or 'null' }} as double) as numerator,
        cast({{ parts.denominator or 'null' }} as double) as denominator,
        cast({{ parts.n }} as bigint) as n,
        cast({{ parts.low or 'null' }} as double) as value_low,
        cast({{ parts.high or 'null' }} as double) as value_high,
        cast({{ parts.reason or 'null' }} as varchar) as null_reason,
        {{ parts.is_final or 'true' }} as is_final

    from {{ relation }}
    {%- if parts.rows %}

    where {{ parts.rows }}
    {%- endif %}
    {{ 'union all' if not (is_last and loop.last) }}
    {%- endfor %}
    {%- endfor %}
{% endmacro %}
