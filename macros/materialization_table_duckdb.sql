{# A table is dropped and created in one transaction. dbt-duckdb builds it under another name and
   swaps names, for those who read meanwhile: of build.duckdb nobody does, readers have a published
   version; it took a fifth of a model's time. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {% set existing = load_cached_relation(this) %}
    {% set table = this.incorporate(type='table') %}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if existing is not none %}{% do adapter.drop_relation(existing) %}{% endif %}
    {# Python runs on a connection of its own, which has to see that the old table is gone. #}
    {% if model['language'] == 'python' %}{% do adapter.commit() %}{% endif %}
    {% call statement('main', language=model['language']) %}
        {{ create_table_as(False, table, compiled_code, model['language']) }}
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(table, model) %}
    {% do adapter.commit() %}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}
