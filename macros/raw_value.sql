{# A raw column as the type its contract gives it. Texts are trimmed and empty ones are null; what
   does not cast is null here and set aside by the row rules of checked_source. #}
{% macro raw_value(column, data_type, salesforce_id=false) %}
    {%- if data_type == 'varchar' and salesforce_id -%}
        {{ salesforce_id_18("nullif(trim(cast(" ~ column ~ " as varchar)), '')") }}
    {%- elif data_type == 'varchar' -%}
        nullif(trim(cast({{ column }} as varchar)), '')
    {%- else -%}
        {{ dbt.safe_cast(column, data_type) }}
    {%- endif -%}
{% endmacro %}
