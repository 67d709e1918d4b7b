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

{# True in SQL where a raw column holds something that is not of the contract's type. #}
{% macro is_uncastable(column, data_type) %}
    {%- set text = "nullif(trim(cast(" ~ column ~ " as varchar)), '')" -%}
    ({{ text }} is not null and {{ dbt.safe_cast(column, data_type) }} is null)
{%- endmacro %}

{# Whether a stored type can hold values that the contract's type cannot. #}
{% macro may_be_uncastable(stored_type, data_type) %}
    {{ return(data_type != 'varchar' and stored_type.split('(')[0] in ['varchar', 'double', 'float', 'json']
        and stored_type != data_type) }}
{% endmacro %}
