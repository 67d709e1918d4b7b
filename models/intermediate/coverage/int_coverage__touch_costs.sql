{# What every touch of the last year cost. A role whose hourly cost is unknown, or in another
   currency, has none. #}
with

touches as (

    select * from {{ ref('int_relationship__touches') }}

    where
        touched_on <= {{ as_of_date() }}
        and touched_on > {{ dbt.dateadd('day', -365, as_of_date()) }}

),

employees as (

    select * from {{ ref('int_people__employees') }}

    where crm_user_id is not null

),

hours as (

    {{ dated_reference('touch_hours', ['touch_kind']) }}

),

costs as (

    select
        role,
        hourly_cost,
        valid_from,
        coalesce(
            lead(valid_from) over (partition by role order by valid_from), {{ far_date() }}
        ) as valid_to

    from {{ ref('stg_people__touch_costs') }}

    where is_current and not is_deleted and currency = lower('{{ var("reporting_currency") }}')

),

-- A CRM user that was passed on stands for whoever was hired last.
holders as (

    select
        touches.*,
        employees.role,
        row_number() over (
            partition by touches.touch_id
            order by
                case
                    when coalesce(employees.hired_on, touches.touched_on) <= touches.touched_on
                        then 0
                    else 1
                end asc,
                employees.hired_on desc,
                employees.employee_id asc
        ) as holder_number

    from touches

    left join employees on touches.crm_user_id = employees.crm_user_id

)

select
    holders.touch_id,
    holders.account_id,
    holders.touch_kind,
    holders.role,
    hours.hours,
    cast(hours.hours * costs.hourly_cost as decimal(18, 2)) as touch_cost,
    holders.touched_on

from holders

left join hours
    on
        holders.touch_kind = hours.touch_kind
        and hours.valid_from <= holders.touched_on
        and holders.touched_on < hours.valid_to

left join costs
    on
        holders.role = costs.role
        and costs.valid_from <= holders.touched_on
        and holders.touched_on < costs.valid_to

where holders.holder_number = 1
