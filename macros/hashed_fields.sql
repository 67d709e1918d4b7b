{# One part of the text that a statement's hash is made of: fields joined by |, nulls empty. numbers are
   written with ten decimals; bars and line ends in texts become blanks. #}
{% macro hashed_fields(part, fields, relation) -%}
    '{{ part }}'
    {%- for name, kind in fields.items() %} || '|' || coalesce({% if kind == 'number' -%}
        cast(cast({{ relation }}.{{ name }} as decimal(38, 10)) as varchar)
    {%- elif kind == 'date' -%}
        cast({{ relation }}.{{ name }} as varchar)
    {%- else -%}
        replace(replace({{ relation }}.{{ name }}, '|', ' '), chr(10), ' ')
    {%- endif %}, ''){% endfor %}
{%- endmacro %}
