with

goals as (

    select * from {{ ref('int_journey__goals') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

)

select
    goals.success_goal_id,
    goals.account_id,
    case
        when goals.met_on <= {{ as_of_date() }} and goals.met_on > goals.due_on then 'met_late'
        when goals.met_on <= {{ as_of_date() }} then 'met'
        when goals.due_on <= {{ as_of_date() }} then 'missed'
        else 'open'
    end as goal_status,
    goals.due_on as due_date,
    case when goals.met_on <= {{ as_of_date() }} then goals.met_on end as met_date

from goals

inner join accounts on goals.account_id = accounts.account_id

where not accounts.is_internal
