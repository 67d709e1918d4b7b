{# Which part of their capacity somebody new can use: none of it in the shadow, days 1 to 30 of the ramp,
   half of it as co-owner, days 31 to 60. Day 1 is the day the ramp started. #}
{% macro ramp_weight(ramp_started_on, day) %}
{% set days_ramped = dbt.datediff(ramp_started_on, day, 'day') %}
case
    when {{ days_ramped }} between 0 and 29 then 0.0
    when {{ days_ramped }} between 30 and 59 then 0.5
    else 1.0
end
{% endmacro %}
