-- "Why did MRR move?" must have a complete answer: the causes of an account's day are its
-- movements, without a rest. fx and transfers are movements of their own, so they agree by type.
with

parts as (

    select
        account_id,
        change_date,
        case when change_cause in ('fx', 'transfer') then change_cause else 'rest' end as kind,
        mrr_change

    from {{ ref('fct_mrr_changes') }}

    union all

    select
        account_id,
        movement_date as change_date,
        case
            when movement_type = 'fx' then 'fx'
            when movement_type in ('transfer_in', 'transfer_out') then 'transfer'
            else 'rest'
        end as kind,
        -mrr_change as mrr_change

    from {{ ref('fct_mrr_movements') }}

)

select
    account_id,
    change_date,
    kind,
    sum(mrr_change) as causes_less_movements

from parts

group by account_id, change_date, kind

having sum(mrr_change) <> 0
