{# Losses that came so soon after a hand-over that somebody should look: the giver may have seen
   them coming. #}
{% set since_handover = dbt.datediff('owners.from_date', 'losses.movement_date', 'day') %}
{% set edge_days = var('comp_signal_grace_edge_days') %}
with

bases as (

    select * from {{ ref('int_compensation__bases') }}

    where is_paid_by

),

holders as (

    select * from {{ ref('int_compensation__holders') }}

    where holder_kind = 'owner' and csm_id is not null

),

owners as (

    select
        account_id,
        csm_id,
        from_date,
        lag(csm_id) over (partition by account_id order by from_date) as giver_id

    from holders

),

losses as (

    select
        *,
        {{ fiscal_quarter_start('movement_date') }} as quarter_start_date

    from {{ ref('int_revenue__account_movements') }}

    where movement_type in ('churn', 'contraction')

),

handed_over as (

    select
        bases.quarter,
        bases.grace_days,
        owners.giver_id,
        owners.csm_id,
        losses.account_id,
        losses.movement_type,
        losses.mrr_change,
        losses.movement_date,
        {{ since_handover }} as days_since

    from losses

    inner join bases on losses.quarter_start_date = bases.quarter_start_date

    inner join owners
        on
            losses.account_id = owners.account_id
            and owners.from_date <= losses.movement_date

    where
        owners.giver_id <> owners.csm_id
        and {{ since_handover }} < {{ var('comp_signal_handover_days') }}

)

select
    quarter,
    giver_id as csm_id,
    account_id,
    case
        when days_since >= grace_days and days_since < grace_days + {{ edge_days }}
            then 'lost_after_the_grace'
        else 'handed_over_before_churn'
    end as signal_kind,
    csm_id as other_csm_id,
    mrr_change,
    movement_date as signal_date

from handed_over

where
    movement_type = 'churn'
    or (days_since >= grace_days and days_since < grace_days + {{ edge_days }})
