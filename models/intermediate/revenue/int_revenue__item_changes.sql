{# Every change of an item's MRR, split into its causes. #}
with

item_periods as (

    select
        *,
        lag(valid_to) over by_item as previous_valid_to,
        lead(valid_from) over by_item as next_valid_from

    from {{ ref('int_revenue__item_periods') }}

    window by_item as (partition by subscription_item_id order by valid_from)

),

steps as (

    select * from {{ ref('int_revenue__item_steps') }}

),

causes as (

    select
        account_id,
        subscription_item_id,
        subscription_id,
        product_id,
        valid_from as change_date,
        'new_item' as change_cause,
        mrr as mrr_change

    from item_periods

    where previous_valid_to is null or previous_valid_to <> valid_from

    union all

    select
        account_id,
        subscription_item_id,
        subscription_id,
        product_id,
        valid_to,
        'removed_item',
        -mrr

    from item_periods

    where valid_to is not null and (next_valid_from is null or next_valid_from <> valid_to)

    union all

    select
        previous_account_id,
        subscription_item_id,
        subscription_id,
        product_id,
        valid_from,
        'transfer',
        -previous_mrr

    from steps

    where account_id <> previous_account_id

    union all

    select
        account_id,
        subscription_item_id,
        subscription_id,
        product_id,
        valid_from,
        'transfer',
        previous_mrr

    from steps

    where account_id <> previous_account_id

    union all

    select
        account_id,
        subscription_item_id,
        subscription_id,
        product_id,
        valid_from,
        'fx',
        mrr_at_new_rate - previous_mrr

    from steps

    union all

    select
        account_id,
        subscription_item_id,
        subscription_id,
        product_id,
        valid_from,
        'quantity',
        mrr_at_new_quantity - mrr_at_new_rate

    from steps

    union all

    select
        account_id,
        subscription_item_id,
        subscription_id,
        product_id,
        valid_from,
        price_cause,
        mrr_at_new_price - mrr_at_new_quantity

    from steps

    union all

    select
        account_id,
        subscription_item_id,
        subscription_id,
        product_id,
        valid_from,
        'discount',
        mrr - mrr_at_new_price

    from steps

)

select * from causes
where mrr_change <> 0
