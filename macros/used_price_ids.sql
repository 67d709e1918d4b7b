{# Prices that some subscription item names: those must have a billing interval. #}
{% macro used_price_ids() %}
    {% set items = source('stripe', 'subscription_item') %}
    {% set stored = relation_columns(items) %}
    {% set named = ['price_id', 'plan_id'] | select('in', stored) | list %}
    {{ return('(select coalesce(' ~ named | join(', ') ~ ', null) from ' ~ items ~ ')' if named else '(select null)') }}
{% endmacro %}
