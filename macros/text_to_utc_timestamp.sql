{# A text with or without an offset as UTC; null where it is no timestamp. #}
{% macro text_to_utc_timestamp(text) %}{{ return(adapter.dispatch('text_to_utc_timestamp')(text)) }}{% endmacro %}

{% macro default__text_to_utc_timestamp(text) %}
    {{ dbt.safe_cast(text, 'timestamptz') ~ " at time zone 'UTC'" }}
{%- endmacro %}

{% macro duckdb__text_to_utc_timestamp(text) %}
    timezone('UTC', try_cast({{ text }} as timestamptz))
{%- endmacro %}
