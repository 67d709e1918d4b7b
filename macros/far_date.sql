{# The end of what has none, so that a range stays a range and does not need an or. #}
{% macro far_date() %}cast('9999-12-31' as date){% endmacro %}
