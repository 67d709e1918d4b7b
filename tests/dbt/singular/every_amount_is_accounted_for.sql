-- The same for money: what lies in a raw table, per load and currency, is what staging judged. A
-- rule that loses or doubles rows would show here even where the counts happen to agree.
{% set tables = [] %}
{% for source_table, (base, amount, currency) in base_models().items() if amount %}
{% set source_name, table_name = source_table.split('.') %}
{% set relation = source(source_name, table_name) %}
{% set stored = relation_columns(relation) %}
{% if amount in stored and currency in stored %}
        {% set node = graph.sources.values() | selectattr('source_name', 'equalto', source_name)
            | selectattr('name', 'equalto', table_name) | first %}
        {% do tables.append((source_table, relation, raw_value(amount, node.columns[amount].data_type),
            raw_value(currency, 'varchar'), '_perennial_load_id' in stored)) %}
    {% endif %}
{% endfor %}
with

judged as (

    select
        source_table,
        load_id,
        currency,
        -amount as amount

    from {{ ref('int_quality__row_outcomes') }}

    where amount is not null

),

landed as (
    {% for source_table, relation, amount, currency, has_load in tables %}
    select
        '{{ source_table }}' as source_table,
        {{ '_perennial_load_id' if has_load else "'observed:" ~ source_table ~ "'" }} as load_id,
        lower({{ currency }}) as currency,
        cast({{ amount }} as decimal(28, 2)) as amount

    from {{ relation }}

    union all
    {% endfor %}
    select * from judged

)

select
    source_table,
    load_id,
    currency,
    sum(amount) as landed_less_judged

from landed

where
    source_table in ({% for table in tables %}'{{ table[0] }}', {% endfor %}'')

group by source_table, load_id, currency

having sum(amount) <> 0
