{# The money of a raw table by load and currency, as its contract reads it; no rows where it is absent. #}
{% macro raw_amounts(source_table, amount, currency) %}
{% set source_name, table_name = source_table.split('.') %}
{% set relation = source(source_name, table_name) %}
{% set stored = relation_columns(relation) %}
{% if execute and amount in stored %}
{% set node = graph.sources.values() | selectattr('source_name', 'equalto', source_name)
    | selectattr('name', 'equalto', table_name) | first %}
    select
        '{{ source_table }}' as source_table,
        {{ '_perennial_load_id' if '_perennial_load_id' in stored else "'observed:" ~ source_table ~ "'" }} as load_id,
        {{ 'lower(' ~ raw_value(currency, 'varchar', stored[currency]) ~ ')' if currency in stored else 'cast(null as varchar)' }} as currency,
        cast({{ raw_value(amount, node.columns[amount].data_type, stored[amount]) }} as decimal(28, 2)) as amount

    from {{ relation }}
{% else %}
    select
        cast(null as varchar) as source_table,
        cast(null as varchar) as load_id,
        cast(null as varchar) as currency,
        cast(null as decimal(28, 2)) as amount

    where 1 = 0
{% endif %}
{% endmacro %}
