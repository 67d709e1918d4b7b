{# What the days of a quarter fall into where a method weighs by days held: slices of an account
   in which neither holder nor ramp changes. #}
{% set share_days = dbt.datediff('slice_date', 'next_slice_date', 'day') %}
with

bases as (

    select * from {{ ref('int_compensation__bases') }}

    where attribution_method = 'time_weighted'

),

amounts as (

    select * from {{ ref('int_compensation__amounts') }}

),

holders as (

    select * from {{ ref('int_compensation__holders') }}

),

pieces as (

    select * from {{ ref('int_compensation__plan_pieces') }}

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

held as (

    select
        based_accounts.*,
        holders.csm_id,
        holders.from_date,
        holders.until_date,
        holders.hired_date,
        holders.left_date

    from based_accounts

    inner join holders
        on
            based_accounts.account_id = holders.account_id
            and holders.from_date <= based_accounts.last_date
            and based_accounts.quarter_start_date < holders.until_date

),

ramped as (

    select
        held.*,
        pieces.from_date as piece_date,
        cast({{ dbt.dateadd('day', 30, 'pieces.ramp_started_on') }} as date) as co_own_date,
        cast({{ dbt.dateadd('day', 60, 'pieces.ramp_started_on') }} as date) as full_date,
        pieces.ramp_started_on

    from held

    left join pieces on held.quarter = pieces.quarter and held.csm_id = pieces.csm_id

),

break_days as (

    select
        basis_id,
        account_id,
        quarter_start_date as slice_date
    from based_accounts

    {% for day in [
        'from_date', 'until_date', 'hired_date', 'left_date', 'piece_date', 'ramp_started_on',
        'co_own_date', 'full_date'
    ] %}
    union

    select
        basis_id,
        account_id,
        {{ day }} as slice_date
    from ramped
    where {{ day }} > quarter_start_date and {{ day }} <= last_date
    {% endfor %}
),

slices as (

    select
        based_accounts.*,
        break_days.slice_date,
        lead(
            break_days.slice_date,
            1,
            cast({{ dbt.dateadd('day', 1, 'based_accounts.last_date') }} as date)
        ) over (
            partition by break_days.basis_id, break_days.account_id order by break_days.slice_date
        ) as next_slice_date

    from break_days

    inner join based_accounts
        on
            break_days.basis_id = based_accounts.basis_id
            and break_days.account_id = based_accounts.account_id

)

select
    basis_id,
    account_id,
    slice_date,
    cast({{ share_days }} as integer) as share_days

from slices
