{# A value as another type, null where it is none. dbt's own safe_cast is a plain cast on DuckDB. #}
{% macro try_to_cast(value, data_type) %}{{ return(adapter.dispatch('try_to_cast')(value, data_type)) }}{% endmacro %}

{% macro default__try_to_cast(value, data_type) %}{{ return(dbt.safe_cast(value, data_type)) }}{% endmacro %}

{% macro duckdb__try_to_cast(value, data_type) %}try_cast({{ value }} as {{ data_type }}){% endmacro %}
