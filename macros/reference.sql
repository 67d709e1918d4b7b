{# A reference seed, or the file of the same name that the landing put in its place for this run. #}
{% macro reference(seed) %}
    {% set shipped = ref(seed) %}
    {% if execute %}
        {% set replaced = adapter.get_relation(database='run', schema='reference', identifier=seed) %}
        {% if replaced %}{{ return(replaced) }}{% endif %}
    {% endif %}
    {{ return(shipped) }}
{% endmacro %}
