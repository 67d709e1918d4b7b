{# The day the warehouse speaks for: what the refresh says, else what the last refresh said. #}
{% macro as_of_date() %}
    {%- if var('as_of_date') -%}
        cast('{{ var("as_of_date") }}' as date)
    {%- else -%}
        (select as_of_date from {{ source('run', 'runs') }})
    {%- endif -%}
{% endmacro %}
