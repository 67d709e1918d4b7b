{# Ways to attribute the MRR of a quarter: the one it is paid by, and those of other plan
   versions, for what would have been paid under them. #}
{% set days_so_far = dbt.datediff(
    'quarters.quarter_start_date', 'quarters.last_date', 'day'
) %}
with

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

),

plan_terms as (

    select distinct
        quarter,
        plan_version,
        attribution_method,
        case when attribution_method = 'event_date_owner' then transfer_grace_days else 0 end
            as grace_days,
        is_reactivation_counted,
        is_paid_by

    from {{ ref('int_compensation__plan_terms') }}

),

pieces as (

    select distinct
        quarter,
        plan_version

    from {{ ref('int_compensation__plan_pieces') }}

),

used as (

    select
        plan_terms.quarter,
        plan_terms.attribution_method,
        plan_terms.grace_days,
        plan_terms.is_paid_by and pieces.plan_version is not null as is_paid_by,
        plan_terms.is_reactivation_counted

    from plan_terms

    left join pieces
        on plan_terms.quarter = pieces.quarter and plan_terms.plan_version = pieces.plan_version

),

ranked as (

    select
        quarter,
        attribution_method,
        grace_days,
        max(case when is_paid_by then 1 else 0 end) as is_paid,
        max(case when is_paid_by and is_reactivation_counted then 1 else 0 end)
            as is_counting_reactivation

    from used

    group by quarter, attribution_method, grace_days

),

-- Versions of one quarter that differ are refused by a test; here one of them speaks.
numbered as (

    select
        *,
        row_number() over (
            partition by quarter order by is_paid desc, attribution_method asc, grace_days asc
        ) as basis_number

    from ranked

)

select
    numbered.quarter || '/' || numbered.attribution_method
    || '/' || cast(numbered.grace_days as varchar) as basis_id,
    numbered.quarter,
    numbered.attribution_method,
    numbered.grace_days,
    -- Days that a share is counted in: a share of 1 is so many units.
    case
        when numbered.attribution_method = 'time_weighted'
            then {{ days_so_far }} + 1
        else 1
    end as share_days,
    numbered.is_paid = 1 and numbered.basis_number = 1 as is_paid_by,
    numbered.is_counting_reactivation = 1 as is_reactivation_counted,
    quarters.quarter_start_date,
    quarters.next_quarter_date,
    quarters.last_date

from numbered

inner join quarters on numbered.quarter = quarters.quarter
