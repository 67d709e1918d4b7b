{# Every credited amount of the way a quarter is paid by, with what becomes of it. #}
with

credits as (

    select * from {{ ref('int_compensation__credits') }}

    where is_paid_by

),

bases as (

    select * from {{ ref('int_compensation__bases') }}

),

earnings as (

    select * from {{ ref('int_compensation__earnings') }}

    where scenario = 'paid'

),

managers as (

    select * from {{ ref('int_compensation__managers') }}

    where is_nearest

),

-- A book below the minimum goes to the pool of the manager, where there is one.
pooled as (

    select
        earnings.quarter,
        earnings.csm_id,
        managers.manager_id

    from earnings

    inner join managers
        on earnings.quarter = managers.quarter and earnings.csm_id = managers.employee_id

    where earnings.is_below_minimum

),

judged as (

    select
        credits.*,
        pooled.manager_id,
        case
            when credits.is_excluded then 'excluded'
            when not credits.is_in_book then 'outside_book'
            when credits.csm_id is null then 'unowned'
            when credits.amount_kind = 'reactivation' and not bases.is_reactivation_counted
                then 'not_counted'
            when credits.share_kind = 'manager_pool' or pooled.manager_id is not null
                then 'manager_pool'
            else 'counted'
        end as entry_kind

    from credits

    inner join bases on credits.basis_id = bases.basis_id

    left join pooled on credits.quarter = pooled.quarter and credits.csm_id = pooled.csm_id

),

placed as (

    select
        *,
        case
            when entry_kind = 'manager_pool' then coalesce(manager_id, csm_id)
            else csm_id
        end as credited_id,
        case
            when entry_kind <> 'manager_pool' then share_note
            when share_kind = 'manager_pool' then 'pool: ' || share_note
            else 'pool: from ' || csm_id || ', whose book is below the minimum'
        end as entry_note

    from judged

)

select
    quarter,
    credited_id as csm_id,
    account_id,
    amount_kind,
    amount_date,
    entry_kind,
    mrr_amount,
    sum(share_units) as share_units,
    max(share_days) as share_days,
    sum(credited_units) as credited_units,
    {{ dbt.listagg('entry_note', "'; '", 'order by entry_note') }} as entry_note

from placed

group by quarter, credited_id, account_id, amount_kind, amount_date, entry_kind, mrr_amount
