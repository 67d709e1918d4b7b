{# A raw column as the type its contract gives it. Texts are trimmed and empty ones are null; what
   does not cast is null here and set aside by the row rules of checked_source. stored_type: the
   type the raw table has; a connector may hold anything as text. #}
{% macro raw_value(column, data_type, stored_type, salesforce_id=false) %}
    {%- set text = "nullif(trim(cast(" ~ column ~ " as varchar)), '')" -%}
    {%- if data_type == 'varchar' and salesforce_id -%}
        {{ salesforce_id_18(text) }}
    {%- elif data_type == 'varchar' -%}
        {{ text }}
    {%- elif data_type == 'timestamp' and stored_type == 'varchar' -%}
        {{ text_to_utc_timestamp(text) }}
    {%- elif data_type == 'bigint' and stored_type in ['varchar', 'double', 'float'] -%}
        {#- A cast rounds; what is no whole number is not one. -#}
        case
            when {{ try_to_cast(text, 'double') }} = floor({{ try_to_cast(text, 'double') }})
                then {{ try_to_cast(text, 'bigint') }}
        end
    {%- else -%}
        {{ try_to_cast(column, data_type) }}
    {%- endif -%}
{% endmacro %}
