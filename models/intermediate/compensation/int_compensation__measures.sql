{# What a CSM is measured on in a quarter, once with the exclusions applied and once without.
   Sums are kept in shares of days, exactly; the rates are made of them once. #}
{% set kinds = ['opening', 'churn', 'contraction', 'expansion', 'reactivation'] %}
with

credits as (

    select * from {{ ref('int_compensation__credits') }}

    where csm_id is not null and is_in_book

),

managers as (

    select * from {{ ref('int_compensation__managers') }}

),

-- A manager answers for everybody below, at any depth, for themselves and for the pools.
measured as (

    select
        credits.*,
        managers.manager_id as measured_id
    from credits
    inner join managers
        on credits.quarter = managers.quarter and credits.csm_id = managers.employee_id

    union all

    select
        credits.*,
        credits.csm_id as measured_id
    from credits
    left join managers
        on
            credits.quarter = managers.quarter
            and credits.csm_id = managers.manager_id
            and credits.csm_id = managers.employee_id
    where managers.manager_id is null and credits.share_kind = 'person'

),

variants as (

    select
        *,
        true as is_with_exclusions
    from measured
    where not is_excluded

    union all

    select
        *,
        false as is_with_exclusions
    from measured

)

select
    quarter,
    basis_id,
    measured_id as csm_id,
    is_with_exclusions,
    max(share_days) as share_days,
    {%- for kind in kinds %}
    sum(case when amount_kind = '{{ kind }}' then credited_units else 0 end) as {{ kind }}_units,
    {%- endfor %}
    count(distinct case when amount_kind = 'opening' then account_id end) as book_accounts

from variants

group by quarter, basis_id, measured_id, is_with_exclusions
