{# Who holds how much of an account on the day that a method looks at, before any ramp. #}
with

occasions as (

    select * from {{ ref('int_compensation__occasions') }}

),

holders as (

    select * from {{ ref('int_compensation__holders') }}

),

sharers as (

    select * from {{ ref('int_compensation__sharers') }}

),

owners as (

    select * from holders

    where holder_kind = 'owner'

),

-- The owner of the day looked at; where that was nobody, of the day itself.
owned as (

    select
        occasions.*,
        coalesce(earlier.csm_id, owners.csm_id) as csm_id,
        case when earlier.csm_id is null then owners.hired_date else earlier.hired_date end
            as hired_date,
        case when earlier.csm_id is null then owners.left_date else earlier.left_date end
            as left_date,
        earlier.csm_id is not null and earlier.csm_id <> coalesce(owners.csm_id, '') as is_grace

    from occasions

    left join owners as earlier
        on
            occasions.account_id = earlier.account_id
            and earlier.from_date <= occasions.owner_date
            and occasions.owner_date < earlier.until_date

    left join owners
        on
            occasions.account_id = owners.account_id
            and owners.from_date <= occasions.share_date
            and occasions.share_date < owners.until_date

),

shared_sums as (

    select
        slice_id,
        sum(split_weight) as split_weight

    from sharers

    group by slice_id

),

parts as (

    select
        owned.slice_id,
        owned.csm_id,
        owned.hired_date,
        owned.left_date,
        'owner' as holder_kind,
        owned.is_grace,
        1 - coalesce(shared_sums.split_weight, 0) as part
    from owned
    left join shared_sums on owned.slice_id = shared_sums.slice_id

    union all

    select
        slice_id,
        csm_id,
        hired_date,
        left_date,
        holder_kind,
        false as is_grace,
        split_weight as part
    from sharers
),

-- One person has one part, whatever it is made of.
by_person as (

    select
        slice_id,
        csm_id,
        min(hired_date) as hired_date,
        min(left_date) as left_date,
        sum(part) as part,
        sum(case when holder_kind = 'shared' then part end) as own_weight,
        sum(case when holder_kind <> 'owner' then part end) as co_owned_part,
        max(case when is_grace then 1 else 0 end) = 1 as is_grace

    from parts

    where part > 0

    group by slice_id, csm_id

)

-- A part whose holder is not employed is nobody's.
select
    occasions.occasion_id,
    by_person.slice_id,
    occasions.basis_id,
    occasions.account_id,
    by_person.csm_id as named_id,
    case
        when
            by_person.hired_date <= occasions.share_date
            and occasions.share_date < by_person.left_date
            then by_person.csm_id
    end as csm_id,
    cast(by_person.part as decimal(18, 8)) as part,
    cast(by_person.own_weight as decimal(18, 8)) as own_weight,
    cast(by_person.co_owned_part as decimal(18, 8)) as co_owned_part,
    occasions.share_days,
    by_person.is_grace,
    occasions.owner_date,
    occasions.share_date

from by_person

inner join occasions on by_person.slice_id = occasions.slice_id
