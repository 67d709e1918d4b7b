{# What each CSM came to in each item of the scorecard, by quarter. An item of which there is
   nothing to measure has no row. #}
with

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

),

plans as (

    select * from {{ ref('int_compensation__plans') }}

),

ownerships as (

    select
        account_id,
        csm_id,
        valid_from,
        coalesce(valid_to, {{ far_date() }}) as until_date

    from {{ ref('int_crm__ownerships') }}

    where ownership_kind = 'owner' and csm_id is not null

),

employees as (

    select * from {{ ref('int_people__employees') }}

),

case_studies as (

    select * from {{ ref('stg_salesforce__case_studies') }}

    where is_current and not is_deleted

),

happened as (

    select * from {{ ref('int_compensation__scorecard_events') }}

),

owned as (

    select
        quarters.quarter,
        ownerships.csm_id,
        happened.item,
        cast(sum(happened.counted) as double) as counted,
        cast(sum(happened.whole) as double) as whole

    from happened

    inner join quarters
        on {{ fiscal_quarter_start('happened.happened_on') }} = quarters.quarter_start_date

    inner join ownerships
        on
            happened.account_id = ownerships.account_id
            and ownerships.valid_from <= happened.happened_on
            and happened.happened_on < ownerships.until_date

    where happened.happened_on <= quarters.last_date

    group by quarters.quarter, ownerships.csm_id, happened.item

),

items as (

    select
        quarter,
        csm_id,
        item,
        counted / whole as actual
    from owned
    where whole > 0

    union all

    select
        quarter,
        csm_id,
        'health_lift' as item,
        avg(health_lift) as actual
    from {{ ref('int_compensation__health_lifts') }}
    group by quarter, csm_id

    union all

    -- Who wrote none wrote none, once there are any.
    select
        plans.quarter,
        plans.csm_id,
        'cases_written' as item,
        cast(
            count(
                case
                    when
                        {{ fiscal_quarter_start('case_studies.published_on') }}
                        = quarters.quarter_start_date
                        and case_studies.crm_user_id = employees.crm_user_id
                        then 1
                end
            ) as double
        ) as actual
    from plans
    inner join quarters on plans.quarter = quarters.quarter
    inner join employees on plans.csm_id = employees.employee_id
    inner join case_studies on case_studies.published_on <= quarters.last_date
    where employees.role = 'csm'
    group by plans.quarter, plans.csm_id
)

select
    items.quarter,
    items.csm_id,
    items.item,
    items.actual

from items

inner join plans on items.quarter = plans.quarter and items.csm_id = plans.csm_id
