{# The days that a method looks at, for every account: one for the book and one for each
   movement, or, where days are weighed, one for every slice of the quarter. #}
{% set grace_date = dbt.dateadd(
    'day', '-based_accounts.grace_days', 'movement_days.amount_date'
) %}
with

bases as (

    select * from {{ ref('int_compensation__bases') }}

),

amounts as (

    select * from {{ ref('int_compensation__amounts') }}

),

accounts as (

    select distinct
        quarter,
        account_id

    from amounts

),

based_accounts as (

    select
        bases.*,
        accounts.account_id

    from bases

    inner join accounts on bases.quarter = accounts.quarter

),

slices as (

    select * from {{ ref('int_compensation__slices') }}

),

movement_days as (

    select distinct
        quarter,
        account_id,
        amount_date

    from amounts

    where amount_kind <> 'opening'

),

occasions as (

    select
        basis_id,
        account_id,
        quarter_start_date as occasion_date,
        false as is_movement,
        case attribution_method when 'closing_owner' then last_date else quarter_start_date end
            as owner_date,
        case attribution_method when 'closing_owner' then last_date else quarter_start_date end
            as share_date,
        1 as share_days
    from based_accounts
    where attribution_method <> 'time_weighted'

    union all

    select
        based_accounts.basis_id,
        based_accounts.account_id,
        movement_days.amount_date as occasion_date,
        true as is_movement,
        cast({{ grace_date }} as date) as owner_date,
        movement_days.amount_date as share_date,
        1 as share_days
    from based_accounts
    inner join movement_days
        on
            based_accounts.quarter = movement_days.quarter
            and based_accounts.account_id = movement_days.account_id
    where based_accounts.attribution_method = 'event_date_owner'

    union all

    select
        slices.basis_id,
        slices.account_id,
        bases.quarter_start_date as occasion_date,
        false as is_movement,
        slices.slice_date as owner_date,
        slices.slice_date as share_date,
        slices.share_days
    from slices
    inner join bases on slices.basis_id = bases.basis_id
)

select
    basis_id || '/' || account_id || '/' || cast(occasion_date as varchar)
    || case when is_movement then '/movement' else '' end as occasion_id,
    basis_id || '/' || account_id || '/' || cast(occasion_date as varchar)
    || case when is_movement then '/movement/' else '/' end
    || cast(share_date as varchar) as slice_id,
    basis_id,
    account_id,
    is_movement,
    share_days,
    occasion_date,
    owner_date,
    share_date

from occasions
