{# A reference seed, or the file of the same name that the landing put in its place for this run. #}
{% macro reference(seed) %}
    {% set shipped = ref(seed) %}
    {# A unit test's own rows stand in for the seed. #}
    {% if execute and not shipped.is_cte %}
        {% set replaced = adapter.get_relation(database='run', schema='reference', identifier=seed) %}
        {% if replaced %}{{ return(replaced) }}{% endif %}
    {% endif %}
    {{ return(shipped) }}
{% endmacro %}
