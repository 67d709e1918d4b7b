{# True in SQL where a raw column holds something that is not of the contract's type. #}
{% macro is_uncastable(column, data_type, stored_type) %}
    {%- set text = "nullif(trim(cast(" ~ column ~ " as varchar)), '')" -%}
    ({{ text }} is not null and {{ raw_value(column, data_type, stored_type) }} is null)
{%- endmacro %}
