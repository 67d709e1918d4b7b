{# SHA-256 of a text in UTF-8, lower-case hex. #}
{% macro sha256_text(text) %}{{ return(adapter.dispatch('sha256_text')(text)) }}{% endmacro %}

{% macro default__sha256_text(text) %}sha256({{ text }}){% endmacro %}

{% macro postgres__sha256_text(text) %}encode(sha256(convert_to({{ text }}, 'UTF8')), 'hex'){% endmacro %}

{% macro snowflake__sha256_text(text) %}sha2({{ text }}, 256){% endmacro %}
