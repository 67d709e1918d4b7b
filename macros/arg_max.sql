{# The value of one column where another is largest, within a group. #}
{% macro arg_max(value, by) %}{{ return(adapter.dispatch('arg_max')(value, by)) }}{% endmacro %}

{% macro default__arg_max(value, by) %}max_by({{ value }}, {{ by }}){% endmacro %}

{% macro postgres__arg_max(value, by) %}(array_agg({{ value }} order by {{ by }} desc))[1]{% endmacro %}
