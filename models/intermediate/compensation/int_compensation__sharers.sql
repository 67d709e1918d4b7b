{# Who holds a part of an account beside its owner, on the day that a method looks at. Shares
   hold on their own days. Those of comp.shared_ownership win over the CRM's co-owner; where
   they make no sense they count for nothing, and the statements concerned are held. #}
with

occasions as (

    select * from {{ ref('int_compensation__occasions') }}

),

holders as (

    select * from {{ ref('int_compensation__holders') }}

),

named as (

    select
        occasions.slice_id,
        holders.csm_id,
        holders.hired_date,
        holders.left_date,
        holders.holder_kind,
        holders.split_weight,
        sum(case when holders.holder_kind = 'shared' then holders.split_weight end) over by_occasion
            as shared_weight,
        min(
            case
                when holders.holder_kind = 'shared' then coalesce(holders.split_weight, -1)
            end
        ) over by_occasion as least_weight,
        count(case when holders.holder_kind = 'shared' then 1 end) over by_occasion as shared_rows,
        count(case when holders.holder_kind = 'shared' then 1 end) over (
            partition by occasions.slice_id, holders.csm_id
        ) as person_rows

    from occasions

    inner join holders
        on
            occasions.account_id = holders.account_id
            and holders.from_date <= occasions.share_date
            and occasions.share_date < holders.until_date

    where
        holders.holder_kind = 'shared'
        or (holders.holder_kind = 'co_owner' and holders.split_weight > 0)

    window by_occasion as (
        partition by occasions.slice_id
    )

),

judged as (

    select
        *,
        shared_rows > 0
        and least_weight >= 0
        and shared_weight <= 1
        and max(case when csm_id is not null then person_rows else 1 end) over (
            partition by slice_id
        ) <= 1 as has_shares

    from named

)

select
    slice_id,
    csm_id,
    holder_kind,
    split_weight,
    hired_date,
    left_date

from judged

where
    (has_shares and holder_kind = 'shared')
    or (not has_shares and holder_kind = 'co_owner')
