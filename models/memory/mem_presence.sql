{# Rows that vanish can be seen only where a table lands whole: the first load that lacks a key. #}
{% set watched = {
    'stripe.subscription_item': 'subscription_items',
    'stripe.discount': 'discounts',
    'stripe.subscription_discount': 'subscription_discounts',
} %}
{% set known_events = relation_columns(api.Relation.create('history', 'memory', 'mem_presence')) %}
{% set columns = {
    'source_table': 'varchar', 'row_key': 'varchar', 'event_at': 'timestamp', 'is_present': 'boolean',
} %}

with

whole_loads as (

    select
        source_table,
        synced_to
    from {{ source('run', 'loads') }}

    where load_kind in ('whole', 'observed') and outcome <> 'rejected'

),

run_reach as (

    select max(synced_to) as synced_to from {{ source('run', 'loads') }}

    where outcome <> 'rejected'

),

seen_before as (
    {% for source_table, entity in watched.items() %}
    {%- set memory = 'mem_stripe__' ~ entity %}
    {%- if relation_columns(api.Relation.create('history', 'memory', memory)) %}
    select
        '{{ source_table }}' as source_table,
        row_key,
        max(synced_at) as last_synced_at

    from history.memory.{{ memory }}

    group by row_key

    union all
    {% endif %}
    {%- endfor %}
    select
        cast(null as varchar) as source_table,
        cast(null as varchar) as row_key,
        cast(null as timestamp) as last_synced_at

    where 1 = 0

),

past_events as (
    {% if known_events %}
    select source_table, row_key, event_at, is_present from history.memory.mem_presence
    {% else %}
    select
        cast(null as varchar) as source_table,
        cast(null as varchar) as row_key,
        cast(null as timestamp) as event_at,
        cast(null as boolean) as is_present

    where 1 = 0
    {% endif %}
),

last_events as (

    select
        *,
        row_number()
            over (partition by source_table, row_key order by event_at desc)
            as event_number

    from past_events

),

landed_now as (
    {% for source_table, entity in watched.items() %}
    select
        '{{ source_table }}' as source_table,
        row_key,
        max(synced_at) as synced_at

    from {{ ref('base_stripe__' ~ entity) }}

    group by row_key
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

compared as (

    select
        seen_before.source_table,
        seen_before.row_key,
        seen_before.last_synced_at,
        landed_now.row_key is not null as is_present,
        coalesce(last_events.is_present, true) as was_present,
        last_events.event_at as last_event_at,
        landed_now.synced_at,
        -- A table none of whose rows changed since cannot tell when; then the run's reach does.
        case
            when whole_loads.synced_to > seen_before.last_synced_at then whole_loads.synced_to
            else run_reach.synced_to
        end as seen_at

    from seen_before

    inner join whole_loads on seen_before.source_table = whole_loads.source_table

    cross join run_reach
    left join landed_now
        on
            seen_before.source_table = landed_now.source_table
            and seen_before.row_key = landed_now.row_key

    left join last_events
        on
            seen_before.source_table = last_events.source_table
            and seen_before.row_key = last_events.row_key
            and last_events.event_number = 1

),

today as (

    select
        source_table,
        row_key,
        seen_at as event_at,
        is_present

    from compared

    where
        (was_present and not is_present)
        or (not was_present and is_present and seen_at > last_event_at)

),

{{ remembered('today', columns) }}

select * from versions
