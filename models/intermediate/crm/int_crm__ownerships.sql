with

shares as (

    select * from {{ ref('int_crm__shares') }}

    where ownership_kind = 'owner' or share > 0

),

employments as (

    select * from {{ ref('int_people__employments') }}

),

roster as (

    select count(*) > 0 as has_roster from {{ ref('stg_people__employees') }}

),

-- A share on a day on which its holder is not employed is nobody's.
held as (

    select
        shares.account_id,
        shares.ownership_kind,
        shares.crm_user_id,
        shares.share,
        shares.evidence,
        case when roster.has_roster then employments.employee_id else shares.crm_user_id end
            as csm_id,
        case
            when not roster.has_roster then 'held'
            else coalesce(employments.employment_state, 'not_in_roster')
        end as holder_state,
        greatest(shares.from_date, coalesce(employments.from_date, shares.from_date)) as from_date,
        least(shares.until_date, coalesce(employments.until_date, shares.until_date)) as until_date

    from shares

    cross join roster

    left join employments
        on
            shares.crm_user_id = employments.crm_user_id
            and shares.from_date < employments.until_date
            and employments.from_date < shares.until_date

),

-- What stays the same is one row, whatever else changed beside it.
marked as (

    select
        *,
        case
            when
                lag(until_date) over by_date = from_date
                and lag(share) over by_date = share
                and lag(crm_user_id) over by_date = crm_user_id
                and {{ is_same('lag(csm_id) over by_date', 'csm_id') }}
                and lag(holder_state) over by_date = holder_state
                then 0
            else 1
        end as starts_anew

    from held

    where from_date < until_date and from_date <= {{ as_of_date() }}

    window by_date as (partition by account_id, ownership_kind order by from_date)

),

numbered as (

    select
        *,
        sum(starts_anew) over (
            partition by account_id, ownership_kind
            order by from_date rows between unbounded preceding and current row
        ) as row_group

    from marked

)

select
    account_id,
    csm_id,
    crm_user_id,
    ownership_kind,
    cast(min(share) as double) as share,
    min(from_date) as valid_from,
    -- What ends after the as-of day is in force.
    case when max(until_date) <= {{ as_of_date() }} then max(until_date) end as valid_to,
    min(evidence) as evidence,
    holder_state

from numbered

group by account_id, csm_id, crm_user_id, ownership_kind, holder_state, row_group
