{# What a quarter is measured on: the MRR at its opening, and what moved it. #}
with

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

),

exclusions as (

    select distinct
        upper(trim(exclusions.quarter)) as quarter,
        coalesce(crm_accounts.account_id, exclusions.crm_account_id) as account_id

    from {{ ref('stg_comp__exclusions') }} as exclusions

    left join {{ ref('int_accounts__crm_accounts') }} as crm_accounts
        on exclusions.crm_account_id = crm_accounts.crm_account_id

    where exclusions.is_current and not exclusions.is_deleted

),

balances as (

    select
        account_id,
        change_date as from_date,
        closing_mrr,
        lead(change_date, 1, {{ far_date() }}) over (
            partition by account_id order by change_date
        ) as until_date

    from {{ ref('int_revenue__account_days') }}

),

openings as (

    select
        quarters.quarter,
        quarters.quarter_start_date,
        balances.account_id,
        balances.closing_mrr as opening_mrr

    from quarters

    inner join balances
        on
            balances.from_date < quarters.quarter_start_date
            and quarters.quarter_start_date <= balances.until_date

    where balances.closing_mrr > 0

),

amounts as (

    select
        quarter,
        account_id,
        'opening' as amount_kind,
        opening_mrr as mrr_amount,
        quarter_start_date as amount_date
    from openings

    union all

    select
        quarters.quarter,
        movements.account_id,
        movements.movement_type as amount_kind,
        movements.mrr_change as mrr_amount,
        movements.movement_date as amount_date
    from {{ ref('int_revenue__account_movements') }} as movements
    inner join quarters
        on {{ fiscal_quarter_start('movements.movement_date') }} = quarters.quarter_start_date
    where movements.movement_type in ('churn', 'contraction', 'expansion', 'reactivation')

)

select
    amounts.quarter,
    amounts.account_id,
    amounts.amount_kind,
    cast(amounts.mrr_amount as decimal(18, 2)) as mrr_amount,
    openings.account_id is not null as is_in_book,
    exclusions.account_id is not null as is_excluded,
    amounts.amount_date

from amounts

left join openings
    on amounts.quarter = openings.quarter and amounts.account_id = openings.account_id

left join exclusions
    on amounts.quarter = exclusions.quarter and amounts.account_id = exclusions.account_id
