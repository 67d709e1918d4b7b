{# Every row of a raw table with its contract's types and what becomes of it: accepted, or quarantined,
   deduplicated, suppressed by a named rule. The rules that hold everywhere are here; those of one table
   are data in its source YAML (`checks`). Of rules that a row breaks the first one counts.

   parents: [{'column', 'base' (the parent's base model), 'key' (its column), 'memory' (the memory
   model that remembers parents which have vanished since), 'rule'}].
   conditions: SQL for the {placeholders} of the table's checks.
   known_facts: {'memory' (memory model), 'key' (its id), 'facts' {raw column: remembered column}}: an
   id that meant something else when it was first seen is reused.
   Of the source YAML `versions` {'from', 'to'}: columns between which a row holds. One that runs on past
   the start of its key's next row is set aside, to be read only up to there.
   incremental: for tables of millions of events, see checked_increment, which hands in `rows`: SQL of
   the raw rows to judge in place of all; whole keys. #}
{% macro checked_source(source_name, table_name, parents=[], conditions={}, suppressed={}, known_facts={}, incremental=false, rows=none) %}
{% if incremental %}{{ return(checked_increment(source_name, table_name)) }}{% endif %}
{% set relation = source(source_name, table_name) %}
{% set currencies = reference('currencies') %}
{% if execute %}
{% set node = graph.sources.values() | selectattr('source_name', 'equalto', source_name)
    | selectattr('name', 'equalto', table_name) | first %}
{% set meta = node.config.meta %}
{% set stored = relation_columns(relation) %}
{% set synced_column = meta.get('synced_at', '_fivetran_synced') %}
{% set table_label = source_name ~ '.' ~ table_name %}
{% set key = meta.key + (['_fivetran_start'] if meta.get('history_mode') and '_fivetran_start' in stored else []) %}
{% set nullable_key = meta.get('nullable_key', []) %}
{% set limit_days = 1 %}
{% set placeholders = {
    'known_currency': 'lower(currency) in (select lower(currency) from ' ~ currencies ~ ')',
    'has_currency': 'true' if 'currency' in stored else 'false',
} %}
{% do placeholders.update(conditions) %}
{% set carried = var(meta.carry) if meta.get('carry') else none %}

with

source_rows as (

    select
        {{ '_perennial_load_id' if '_perennial_load_id' in stored else "'observed:" ~ table_label ~ "'" }} as load_id,
        {%- for column in node.columns.values() %}
        {% set name = adapter.quote(column.name) -%}
        {%- if column.name | lower in stored -%}
        {{ raw_value(name, column.data_type, stored[column.name | lower], column.name in meta.get('id_columns', [])) }} as {{ name }},
        {%- else -%}
        cast(null as {{ column.data_type }}) as {{ name }},
        {%- endif %}
        {%- endfor %}
        {% if carried and carried | lower in stored %}{{ raw_value(adapter.quote(carried), 'varchar', 'varchar') }}{% else %}cast(null as varchar){% endif %} as carried_value,
        {% if stored %}
        {{ row_fingerprint(
            stored.keys() | reject('in', ['_perennial_load_id', synced_column | lower])
            | map('tojson') | list
        ) }} as fingerprint,
        {% for column in key %}coalesce(cast({{ adapter.quote(column) }} as varchar), ''){% if not loop.last %} || '|' || {% endif %}{% endfor %} as raw_key,
        case
            when lower(trim(cast({{ adapter.quote(key[0]) }} as varchar))) = '{{ key[0] | lower }}' then 'header_row'
            {% for column in key if column not in nullable_key -%}
            when nullif(trim(cast({{ adapter.quote(column) }} as varchar)), '') is null then 'null_key: {{ column }} is empty'
            {% endfor -%}
            {% for column in node.columns.values() if column.name | lower in stored and may_be_uncastable(stored[column.name | lower], column.data_type) -%}
            {% set name = adapter.quote(column.name) %}
            {%- if column.data_type.startswith('bigint') or column.data_type.startswith('decimal') -%}
            when {{ is_uncastable(name, column.data_type, stored[column.name | lower]) }} and abs({{ try_to_cast(name, 'double') }}) >= 1e15 then 'huge_value: {{ column.name }} is out of range'
            {% endif -%}
            when {{ is_uncastable(name, column.data_type, stored[column.name | lower]) }} then 'not_castable: {{ column.name }} is not a {{ column.data_type.split('(')[0] }}'
            {% endfor -%}
        end as read_rule
        {% else %}
        cast(null as varchar) as fingerprint,
        cast(null as varchar) as raw_key,
        cast(null as varchar) as read_rule
        {% endif %}

    from {% if stored %}{% if rows %}{{ rows }} as arriving{% else %}{{ relation }}{% endif %}{% else %}(select 1 as absent) as absent where 1 = 0{% endif %}

),

ruled as (

    select
        *,
        {{ adapter.quote(synced_column) }} as synced_at,
        {% for column in key %}{{ "coalesce(cast(" ~ adapter.quote(column) ~ " as varchar), '')" }}{% if not loop.last %} || '|' || {% endif %}{% endfor %} as row_key,
        coalesce(
            read_rule,
            case
                {% for column in node.columns.values() if column.data_type in ['timestamp', 'date'] and column.name not in ['_fivetran_start', '_fivetran_end'] -%}
                {% set name = adapter.quote(column.name) -%}
                when {{ name }} < cast('1971-01-01' as {{ column.data_type }}) or {{ name }} >= cast('9999-01-01' as {{ column.data_type }})
                    then 'placeholder_date: {{ column.name }} is a placeholder'
                {% endfor -%}
                {% for column in meta.get('event_columns', []) -%}
                when {{ adapter.quote(column) }} > {{ dbt.dateadd('day', limit_days, adapter.quote(synced_column)) }}
                    then 'future_event: {{ column }} lies more than a day after the row was synced'
                {% endfor -%}
                {% for check in meta.get('checks', []) -%}
                {% set condition = namespace(sql=check.fails_when) -%}
                {% for placeholder, sql in placeholders.items() -%}
                {% set condition.sql = condition.sql.replace('{' ~ placeholder ~ '}', sql) -%}
                {% endfor -%}
                when {{ condition.sql }} then '{{ check.rule }}: {{ check.reason }}'
                {% endfor -%}
                {% if 'livemode' in stored -%}
                when not livemode then 'test_mode: a row of test mode'
                {% endif -%}
                {% for rule, sql in suppressed.items() -%}
                when {{ sql }} then '{{ rule }}'
                {% endfor -%}
            end
        ) as broken_rule

    from source_rows

),

contested_keys as (

    select row_key from ruled

    where broken_rule is null

    group by row_key

    having count(*) > 1

),

fingerprinted as (

    select
        ruled.*,
        case when raw_key = ruled.row_key then 0 else 1 end as is_untrimmed

    from ruled

    inner join contested_keys on ruled.row_key = contested_keys.row_key

    where ruled.broken_rule is null

),

compared as (

    select
        *,
        min(is_untrimmed) over (partition by row_key) <> max(is_untrimmed) over (partition by row_key) as has_collision,
        min(fingerprint) over same_moment <> max(fingerprint) over same_moment as has_conflict,
        row_number() over (partition by row_key, synced_at, fingerprint order by load_id) as copy_number,
        {% if meta.get('immutable') -%}
        {{ content_hash(meta.immutable) }} <> first_value({{ content_hash(meta.immutable) }}) over (
            partition by {{ adapter.quote(meta.key[0]) }} order by synced_at, {{ adapter.quote(meta.immutable[0]) }}, fingerprint
        )
        {%- else -%}
        false
        {%- endif %} as is_reused

    from fingerprinted

    window same_moment as (partition by row_key, synced_at)

),

ordered as (

    select
        *,
        case
            when has_collision and is_untrimmed = 1 then 'id_collision: another row has this key once both are trimmed'
            when copy_number > 1 then 'exact_duplicate'
            when has_conflict then 'conflicting_rows: rows of this key differ at the same moment'
            when is_reused then 'id_reused: the id stood for something else before'
        end as contest_rule

    from compared

),

resolved as (

    select
        *,
        case
            when contest_rule is null and row_number() over (
                partition by row_key, case when contest_rule is null then 1 else 0 end
                order by synced_at desc, fingerprint
            ) > 1 then 'superseded'
            else contest_rule
        end as contest_outcome

    from ordered

),

gathered as (

    select {{ all_columns(node, 'ruled') }}, ruled.raw_key, ruled.row_key, ruled.synced_at, ruled.broken_rule

    from ruled

    left join contested_keys
        {# A condition of its own would make DuckDB compare every row with every contested key. #}
        on case when ruled.broken_rule is null then ruled.row_key end = contested_keys.row_key

    where contested_keys.row_key is null

    union all

    select {{ all_columns(node, 'resolved') }}, raw_key, row_key, synced_at, contest_outcome from resolved

){% for parent in parents %},

parent_{{ loop.index }} as (

    -- What a parent is today counts before what is remembered of it.
    select parent_key, min(standing) as standing

    from (

        select
            cast({{ adapter.quote(parent.key) }} as varchar) as parent_key,
            case
                when row_outcome in ('accepted', 'deduplicated') then 1
                when row_outcome = 'suppressed' then 2
                else 4
            end as standing

        from {{ parent.base }}
        {% set remembered = relation_columns(api.Relation.create(database='history', schema='memory', identifier=parent.memory)) if parent.get('memory') else {} %}
        {% if remembered %}
        union all

        select {{ parent.memory_key }} as parent_key, 3 as standing

        from history.memory.{{ parent.memory }}
        {% endif %}
    ) as known_parents

    where parent_key is not null

    group by parent_key

){% endfor %},

{% set remembers = known_facts and relation_columns(api.Relation.create(
    database='history', schema='memory', identifier=known_facts.memory)) -%}
{% if remembers %}
first_seen as (

    select *

    from (

        select
            {{ known_facts.key }} as first_key,
            {{ known_facts.facts.values() | join(', ') }},
            row_number() over (partition by {{ known_facts.key }} order by synced_at, version_id) as seen_number

        from history.memory.{{ known_facts.memory }}

    ) as seen

    where seen_number = 1

),
{% endif %}
judged as (

    select
        gathered.*,
        coalesce(
            gathered.broken_rule
            {%- if remembers %},
            case
                when {% for column, fact in known_facts.facts.items() %}lower(cast(gathered.{{ adapter.quote(column) }} as varchar)) <> lower(cast(first_seen.{{ fact }} as varchar)){% if not loop.last %} or {% endif %}{% endfor %}
                    then 'id_reused: the id stood for something else before'
            end
            {%- endif %}
            {%- for parent in parents %},
            case
                when {{ parent.expression | default('gathered.' ~ adapter.quote(parent.column | default(''))) }} is null then null
                when parent_{{ loop.index }}.standing = 2 then 'left_out_parent: its {{ parent.label }} is left out'
                when coalesce(parent_{{ loop.index }}.standing, 4) = 4 then '{{ parent.rule | default("orphan") }}: no accepted {{ parent.label }} has this id'
            end
            {%- endfor %}
            {%- set span = meta.get('versions') %}
            {%- if span and span.from | lower in stored %},
            case
                when {% if span.is_open_without %}coalesce(gathered.{{ span.to }}, {{ far_date() }}){% else %}gathered.{{ span.to }}{% endif %} > lead(gathered.{{ span.from }}) over (
                    partition by gathered.{{ adapter.quote(meta.key[0]) }}, case when gathered.broken_rule is null then 1 else 0 end
                    order by gathered.{{ span.from }}
                ) then 'overlapping_versions: it runs on after the next row of its id begins, and is read up to there'
            end
            {%- endif %}
        ) as verdict

    from gathered
    {%- if remembers %}

    left join first_seen on gathered.{{ adapter.quote(meta.key[0]) }} = first_seen.first_key
    {%- endif %}
    {%- for parent in parents %}

    left join parent_{{ loop.index }}
        on {{ parent.expression | default('gathered.' ~ adapter.quote(parent.column | default(''))) }} = parent_{{ loop.index }}.parent_key
    {%- endfor %}

)

select
    {{ all_columns(node, 'judged') }},
    judged.raw_key,
    judged.synced_at,
    cast(case when judged.row_key = '' then '(no key)' else judged.row_key end as varchar) as row_key,
    case
        when verdict is null then 'accepted'
        when verdict in ('superseded', 'exact_duplicate') then 'deduplicated'
        when verdict like 'test_mode%' or verdict like 'internal_account%' or verdict like 'left_out_parent%'
            then 'suppressed'
        else 'quarantined'
    end as row_outcome,
    {{ dbt.split_part('verdict', "':'", 1) }} as row_rule,
    verdict as row_reason

from judged
{% else %}
select 1
{% endif %}
{% endmacro %}
