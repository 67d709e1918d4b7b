{# Days on which nobody can tell whose an account is, or with what share. #}
with

holders as (

    select * from {{ ref('int_compensation__holders') }}

),

-- Weights that are none, that make more than the whole, or of one person twice. What holds when a
-- row begins is the most of it at some moment.
shared_starts as (

    select
        shared.account_id,
        shared.csm_id,
        shared.from_date,
        shared.until_date,
        sum(other_shares.split_weight) as split_weight,
        count(case when other_shares.csm_id = shared.csm_id then 1 end) as person_rows,
        min(coalesce(other_shares.split_weight, -1)) as least_weight

    from holders as shared

    inner join holders as other_shares
        on
            shared.account_id = other_shares.account_id
            and other_shares.from_date <= shared.from_date
            and shared.from_date < other_shares.until_date

    where shared.holder_kind = 'shared' and other_shares.holder_kind = 'shared'

    group by shared.account_id, shared.csm_id, shared.from_date, shared.until_date

)

select
    account_id,
    crm_user_id,
    'owners_overlap' as trouble,
    from_date,
    until_date
from {{ ref('int_crm__version_breaks') }}
where issue = 'versions_overlap'

union all

select
    account_id,
    cast(null as varchar) as crm_user_id,
    'split_out_of_range' as trouble,
    from_date,
    until_date
from holders
where share_issue = 'split_out_of_range'

union all

select
    account_id,
    cast(null as varchar) as crm_user_id,
    'shares_make_no_sense' as trouble,
    from_date,
    until_date
from shared_starts
where split_weight > 1 or least_weight < 0 or person_rows > 1
