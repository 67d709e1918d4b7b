{# A reading is a run that found month-ends other than those on record, in the order in which the
   runs published; known_at says how far its data reached. What is no more reads 0. #}
{% set columns = {
    'billing_customer_id': 'varchar', 'account_id': 'varchar', 'month': 'date',
    'known_at': 'timestamp', 'reading_number': 'integer', 'mrr': 'decimal(18, 2)',
    'items': 'bigint', 'quantity': 'decimal(28, 0)', 'gross_mrr': 'decimal(28, 6)',
    'net_mrr': 'decimal(28, 6)', 'mrr_policy': 'varchar',
} %}
{% set known = relation_columns(api.Relation.create('history', 'memory', 'mem_month_ends')) %}

with

month_ends as (

    select * from {{ ref('int_revenue__month_ends') }}

),

closed_months as (

    select period_start as month from {{ ref('int_revenue__windows') }}

    where period_kind = 'month' and is_complete

),

run_reach as (

    select max(synced_to) as known_at from {{ source('run', 'loads') }}

    where outcome <> 'rejected'

),

past as (
    {% if known %}
    select * from history.memory.mem_month_ends
    {% else %}
    select
        cast(null as integer) as reading_number,
        month_ends.*
    from month_ends

    where 1 = 0
    {% endif %}
),

numbered as (

    select
        *,
        row_number() over (
            partition by billing_customer_id, account_id, month order by reading_number desc
        ) as reading_rank

    from past

),

on_record as (

    select * from numbered

    where reading_rank = 1

),

last_reading as (

    select coalesce(max(reading_number), 0) as reading_number from past

),

found as (

    select
        coalesce(month_ends.billing_customer_id, on_record.billing_customer_id)
            as billing_customer_id,
        coalesce(month_ends.account_id, on_record.account_id) as account_id,
        coalesce(month_ends.month, on_record.month) as month,
        coalesce(month_ends.mrr, 0) as mrr,
        coalesce(month_ends.items, 0) as items,
        coalesce(month_ends.quantity, 0) as quantity,
        coalesce(month_ends.gross_mrr, 0) as gross_mrr,
        coalesce(month_ends.net_mrr, 0) as net_mrr,
        coalesce(on_record.mrr, 0) as mrr_on_record

    from month_ends

    full join on_record
        on
            month_ends.billing_customer_id = on_record.billing_customer_id
            and month_ends.account_id = on_record.account_id
            and month_ends.month = on_record.month

),

-- A run for an earlier day says nothing of the months after it.
today as (

    select
        found.billing_customer_id,
        found.account_id,
        found.month,
        run_reach.known_at,
        cast(last_reading.reading_number + 1 as integer) as reading_number,
        cast(found.mrr as decimal(18, 2)) as mrr,
        cast(found.items as bigint) as items,
        cast(found.quantity as decimal(28, 0)) as quantity,
        cast(found.gross_mrr as decimal(28, 6)) as gross_mrr,
        cast(found.net_mrr as decimal(28, 6)) as net_mrr,
        '{{ mrr_policy() }}' as mrr_policy

    from found

    inner join closed_months on found.month = closed_months.month

    cross join run_reach

    cross join last_reading

    where found.mrr <> found.mrr_on_record

),

{{ remembered('today', columns) }}

select * from versions
