with

unreadable_rows as (

    select * from {{ source('run', 'unreadable_rows') }}

),

quarantined_rows as (
    {% for source_table, (base, amount, currency) in base_models().items() %}
    select
        load_id,
        '{{ source_table }}' as source_table,
        row_key,
        row_rule as rule,
        row_reason as reason,
        synced_at

    from {{ ref(base) }}

    where row_outcome = 'quarantined'
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

gathered as (

    select * from quarantined_rows

    union all

    select
        load_id,
        source_table,
        row_key,
        rule,
        rule || ': ' || reason as reason,
        cast(null as timestamp) as synced_at

    from unreadable_rows

),

-- Rows of one key may break one rule at one moment.
numbered as (

    select
        *,
        row_number() over (
            partition by load_id, source_table, row_key, rule, synced_at order by reason
        ) as repeat_number

    from gathered

)

select
    {{ content_hash(
        ['load_id', 'source_table', 'row_key', 'rule', 'synced_at', 'repeat_number']
    ) }} as quarantined_row_id,
    load_id,
    source_table,
    row_key,
    rule,
    reason,
    synced_at

from numbered
