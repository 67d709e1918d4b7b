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
        valid_to as change_date,
        'removed_item' as change_cause,
        -mrr as mrr_change

    from item_periods

    where valid_to is not null and (next_valid_from is null or next_valid_from <> valid_to)

    union all

    select
        previous_account_id as account_id,
        subscription_item_id,
        subscription_id,
        product_id,
        valid_from as change_date,
        'transfer' as change_cause,
        -previous_mrr as mrr_change

    from steps

    where account_id <> previous_account_id

    union all

    select
        account_id,
        subscription_item_id,
        subscription_id,
        product_id,
        valid_from as change_date,
        'transfer' as change_cause,
        previous_mrr as mrr_change

    from steps

    where account_id <> previous_account_id
    {% for cause, from_mrr, to_mrr in [
        ("'fx'", 'previous_mrr', 'mrr_at_new_rate'),
        ("'quantity'", 'mrr_at_new_rate', 'mrr_at_new_quantity'),
        ('price_cause', 'mrr_at_new_quantity', 'mrr_at_new_price'),
        ("'discount'", 'mrr_at_new_price', 'mrr'),
    ] %}
    union all

    select
        account_id,
        subscription_item_id,
        subscription_id,
        product_id,
        valid_from as change_date,
        {{ cause }} as change_cause,
        {{ to_mrr }} - {{ from_mrr }} as mrr_change

    from steps
    {% endfor %}
)

select * from causes
where mrr_change <> 0
