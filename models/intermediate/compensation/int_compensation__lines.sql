{# Lines of every quarter as they are calculated today, closed or not. #}
with

entries as (

    select * from {{ ref('int_compensation__entries') }}

    where amount_kind <> 'opening'

),

plans as (

    select * from {{ ref('int_compensation__plans') }}

    where is_manager

),

managers as (

    select * from {{ ref('int_compensation__managers') }}

    where manager_id <> employee_id

),

rolled_up as (

    select
        entries.quarter,
        managers.manager_id as csm_id,
        entries.account_id,
        entries.amount_kind,
        entries.amount_date,
        'rollup' as entry_kind,
        entries.mrr_amount,
        sum(entries.share_units) as share_units,
        max(entries.share_days) as share_days,
        sum(entries.credited_units) as credited_units,
        'of everybody below' as entry_note

    from entries

    inner join managers
        on entries.quarter = managers.quarter and entries.csm_id = managers.employee_id

    inner join plans
        on managers.quarter = plans.quarter and managers.manager_id = plans.csm_id

    where entries.entry_kind in ('counted', 'manager_pool')

    group by
        entries.quarter, managers.manager_id, entries.account_id, entries.amount_kind,
        entries.amount_date, entries.mrr_amount

),

lines as (

    select * from entries

    union all

    select * from rolled_up

),

shared as (

    select
        *,
        cast(share_units as double) / share_days as credit_share,
        cast(credited_units as double) / share_days as credited_mrr

    from lines

)

select
    csm_id,
    quarter,
    account_id,
    amount_kind as movement_type,
    entry_kind as line_kind,
    upper(left(amount_kind, 1))
    || substring(amount_kind, 2)
    || ' of '
    || cast(mrr_amount as varchar)
    || ' on ' || cast(amount_date as varchar) || ' x '
    || cast(cast(credit_share as decimal(18, 6)) as varchar) || ' = '
    || cast(cast(credited_mrr as decimal(18, 2)) as varchar) || '; ' || coalesce(entry_note, '')
    || case entry_kind
        when 'not_counted' then '. The plan does not count MRR that comes back.'
        when 'outside_book' then '. Outside the book: the account had no MRR at the opening.'
        when 'excluded' then '. The account is excluded from this quarter.'
        when 'unowned' then '. Nobody is credited.'
        else '.'
    end as calc_note,
    mrr_amount as mrr_change,
    credit_share,
    credited_mrr,
    share_units,
    share_days,
    credited_units,
    amount_date as movement_date

from shared
