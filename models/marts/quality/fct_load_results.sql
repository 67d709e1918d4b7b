{% set by_currency = 'order by currency' %}
{% set money = "'\"' || currency || '\": ' || cast(amount_COLUMN as varchar)" %}
with

loads as (

    select
        *,
        case
            when source_table in ({{ text_list(var('disabled_sources')) }})
                then outcome <> 'rejected'
            else false
        end as is_switched_off

    from {{ source('run', 'loads') }}

),

row_outcomes as (

    select * from {{ ref('int_quality__row_outcomes') }}

),

counted as (

    select
        source_table,
        {%- for outcome in row_outcome_values() %}
        sum(case when row_outcome = '{{ outcome }}' then rows_counted else 0 end)
            as rows_{{ outcome }},
        {%- endfor %}
        load_id

    from row_outcomes

    group by source_table, load_id

),

by_currency as (

    select
        source_table,
        load_id,
        coalesce(currency, 'unknown') as currency,
        {%- for outcome in row_outcome_values() %}
        sum(case when row_outcome = '{{ outcome }}' then amount else 0 end)
            as amount_{{ outcome }},
        {%- endfor %}
        sum(amount) as amount_in

    from row_outcomes

    where amount is not null

    group by source_table, load_id, coalesce(currency, 'unknown')

),

-- Money per currency as a JSON text, so that the grain stays load and table.
money as (

    select
        source_table,
        {%- for column in ['in'] + row_outcome_values() %}
        '{' || {{ dbt.listagg(money.replace('COLUMN', column), "', '", by_currency) }} || '}'
            as amounts_{{ column }},
        {%- endfor %}
        load_id

    from by_currency

    group by source_table, load_id

)

select
    {{ content_hash(['loads.load_id', 'loads.outcome']) }} as load_result_id,
    loads.load_id,
    loads.source_table,
    loads.batch_name,
    loads.load_kind,
    loads.outcome as load_outcome,
    case
        when loads.is_switched_off then 'switched off by disabled_sources'
        else loads.reason
    end as reason,
    loads.content_hash,
    cast(loads.rows_in as bigint) as rows_in,
    cast(coalesce(counted.rows_accepted, 0) as bigint) as rows_accepted,
    -- A refused load is set aside whole.
    cast(
        case
            when loads.outcome = 'rejected' then loads.rows_in
            else coalesce(counted.rows_quarantined, 0) + loads.rows_unreadable
        end as bigint
    ) as rows_quarantined,
    cast(coalesce(counted.rows_deduplicated, 0) as bigint) as rows_deduplicated,
    -- A table that is switched off is left out whole, on purpose.
    cast(
        case
            when loads.is_switched_off then loads.rows_in - loads.rows_unreadable
            else coalesce(counted.rows_suppressed, 0)
        end as bigint
    ) as rows_suppressed,
    money.amounts_in,
    money.amounts_accepted,
    money.amounts_quarantined,
    money.amounts_deduplicated,
    money.amounts_suppressed,
    loads.synced_from,
    loads.synced_to

from loads

left join counted
    on
        loads.load_id = counted.load_id
        and loads.source_table = counted.source_table
        and loads.outcome <> 'rejected'

left join money
    on
        loads.load_id = money.load_id
        and loads.source_table = money.source_table
        and loads.outcome <> 'rejected'
