{# Who gets what a ramping CSM does not keep: whoever owned the account last before, if
   employed, else the largest co-owner, else the pool of the manager, else nobody. #}
with

ramped as (

    select * from {{ ref('int_compensation__ramped') }}

),

managers as (

    select * from {{ ref('int_compensation__managers') }}

    where is_nearest

),

owners as (

    select * from {{ ref('int_compensation__holders') }}

    where holder_kind = 'owner' and csm_id is not null

),

passed as (

    select * from ramped

    where csm_id is not null and kept_part < part

),

-- The person who owned the account last before.
previous_owners as (

    select
        passed.slice_id,
        passed.csm_id,
        owners.csm_id as receiver_id,
        owners.hired_date <= passed.share_date and passed.share_date < owners.left_date
            as is_employed,
        row_number() over (
            partition by passed.slice_id, passed.csm_id order by owners.from_date desc
        ) as receiver_number

    from passed

    inner join owners
        on passed.account_id = owners.account_id and owners.from_date <= passed.owner_date

    where owners.csm_id <> passed.csm_id

),

co_owners as (

    select
        passed.slice_id,
        passed.csm_id,
        sharers.csm_id as receiver_id,
        row_number() over (
            partition by passed.slice_id, passed.csm_id
            order by sharers.co_owned_part desc, sharers.csm_id asc
        ) as receiver_number

    from passed

    inner join ramped as sharers on passed.slice_id = sharers.slice_id

    where sharers.csm_id <> passed.csm_id and sharers.co_owned_part > 0

)

select
    passed.slice_id,
    passed.occasion_id,
    passed.basis_id,
    passed.csm_id as giver_id,
    coalesce(
        previous_owners.receiver_id, co_owners.receiver_id, managers.manager_id
    ) as receiver_id,
    case
        when coalesce(previous_owners.receiver_id, co_owners.receiver_id) is not null
            then 'person'
        when managers.manager_id is not null then 'manager_pool'
        else 'unowned'
    end as share_kind,
    passed.ramp_day,
    passed.part - passed.kept_part as part,
    passed.share_days

from passed

left join previous_owners
    on
        passed.slice_id = previous_owners.slice_id
        and passed.csm_id = previous_owners.csm_id
        and case when previous_owners.is_employed then previous_owners.receiver_number end = 1

left join co_owners
    on
        passed.slice_id = co_owners.slice_id
        and passed.csm_id = co_owners.csm_id
        and case co_owners.receiver_number when 1 then 1 end = 1

left join managers
    on passed.quarter = managers.quarter and passed.csm_id = managers.employee_id
