{# Whether two raw rows hold the same: compared within one run, never stored. #}
{% macro row_fingerprint(columns) %}{{ return(adapter.dispatch('row_fingerprint')(columns)) }}{% endmacro %}

{% macro default__row_fingerprint(columns) %}{{ content_hash(columns) }}{% endmacro %}

{% macro duckdb__row_fingerprint(columns) %}hash({{ columns | join(', ') }}){% endmacro %}
