-- The bridge begins with the MRR that the movements end with, account by account.
with

live as (

    select
        account_id,
        sum(mrr_change) as mrr

    from {{ ref('fct_committed_mrr') }}

    where component = 'live'

    group by account_id

)

select
    dim_accounts.account_id,
    dim_accounts.mrr,
    live.mrr as committed_from_mrr

from {{ ref('dim_accounts') }} as dim_accounts

left join live on dim_accounts.account_id = live.account_id

where dim_accounts.mrr <> coalesce(live.mrr, 0)
