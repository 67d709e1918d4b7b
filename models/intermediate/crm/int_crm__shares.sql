with

owner_states as (

    select
        *,
        coalesce(to_date, {{ far_date() }}) as until_date

    from {{ ref('int_crm__owner_states') }}

),

named as (

    select
        owners.account_id,
        owners.stated_value as owner_id,
        co_owners.stated_value as co_owner_id,
        splits.stated_value as stated_split,
        {{ try_to_cast('splits.stated_value', 'double') }} as co_split,
        owners.evidence,
        co_owners.evidence as co_evidence,
        greatest(owners.from_date, co_owners.from_date, splits.from_date) as from_date,
        least(owners.until_date, co_owners.until_date, splits.until_date) as until_date

    from owner_states as owners

    inner join owner_states as co_owners
        on
            owners.account_id = co_owners.account_id
            and owners.from_date < co_owners.until_date
            and co_owners.from_date < owners.until_date

    inner join owner_states as splits
        on
            owners.account_id = splits.account_id
            and owners.from_date < splits.until_date
            and splits.from_date < owners.until_date
            and co_owners.from_date < splits.until_date
            and splits.from_date < co_owners.until_date

    where owners.fact = 'owner' and co_owners.fact = 'co_owner' and splits.fact = 'co_split'

),

-- A second name without a share, with one that is none, or that of the owner, shares nothing.
judged as (

    select
        *,
        case
            when co_owner_id is null then null
            when co_owner_id = owner_id then 'co_owner_is_owner'
            when stated_split is null then 'split_missing'
            when co_split is null or co_split < 0 or co_split > 1 then 'split_out_of_range'
        end as co_owner_issue

    from named

),

shared as (

    select
        *,
        case when co_owner_id is null or co_owner_issue is not null then 0 else co_split end
            as co_share

    from judged

),

shares as (

    select
        account_id,
        owner_id as crm_user_id,
        'owner' as ownership_kind,
        1 - co_share as share,
        cast(null as varchar) as share_issue,
        evidence,
        from_date,
        until_date
    from shared

    union all

    select
        account_id,
        co_owner_id as crm_user_id,
        'co_owner' as ownership_kind,
        co_share as share,
        co_owner_issue as share_issue,
        co_evidence as evidence,
        from_date,
        until_date
    from shared
)

select * from shares

where crm_user_id is not null
