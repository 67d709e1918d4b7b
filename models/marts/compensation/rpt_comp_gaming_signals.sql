{% set edge_days = var('comp_signal_quarter_edge_days') %}
{% set days_in = dbt.datediff('bases.quarter_start_date', 'lines.movement_date', 'day') %}
{% set days_left = dbt.datediff('lines.movement_date', 'bases.next_quarter_date', 'day') %}
with

lines as (

    select * from {{ ref('fct_csm_comp_lines') }}

    where line_kind in ('counted', 'not_counted', 'outside_book', 'excluded')

),

bases as (

    select * from {{ ref('int_compensation__bases') }}

    where is_paid_by

),

transfers as (

    select
        account_id,
        movement_date as transfer_date,
        {{ fiscal_quarter_name('movement_date') }} as quarter

    from {{ ref('fct_mrr_movements') }}

    where movement_type = 'transfer_in'

),

first_transfers as (

    select
        quarter,
        account_id,
        min(transfer_date) as transfer_date

    from transfers

    group by quarter, account_id

),

-- What a literal reading of the plan rewards, or does not punish.
timed as (

    select
        lines.quarter,
        lines.csm_id,
        lines.account_id,
        case
            when lines.line_kind = 'excluded' then 'excluded'
            when lines.line_kind = 'not_counted' then 'return_not_counted'
            when lines.line_kind = 'outside_book'
                then
                    case
                        when
                            lines.movement_type in ('churn', 'contraction')
                            and first_transfers.transfer_date <= lines.movement_date
                            then 'transferred_in_and_lost'
                    end
            when
                lines.movement_type in ('churn', 'contraction')
                and {{ days_in }} < {{ edge_days }}
                then 'loss_after_quarter_end'
            when
                lines.movement_type = 'expansion'
                and {{ days_left }} <= {{ edge_days }}
                then 'expansion_at_quarter_end'
        end as signal_kind,
        cast(null as varchar) as other_csm_id,
        lines.mrr_change,
        lines.movement_date as signal_date

    from lines

    inner join bases on lines.quarter = bases.quarter

    left join first_transfers
        on
            lines.quarter = first_transfers.quarter
            and lines.account_id = first_transfers.account_id

    where lines.csm_id is not null

),

signals as (

    select * from timed

    where signal_kind is not null

    union all

    select * from {{ ref('int_compensation__handover_signals') }}

)

select
    quarter,
    csm_id,
    account_id,
    signal_kind,
    other_csm_id,
    cast(sum(mrr_change) as decimal(18, 2)) as mrr_change,
    signal_date

from signals

group by quarter, csm_id, account_id, signal_kind, other_csm_id, signal_date
