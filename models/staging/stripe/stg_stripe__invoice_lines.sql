with

checked as (

    select * from {{ ref('base_stripe__invoice_lines') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        invoice_id,
        id as invoice_line_id,
        subscription_id,
        subscription_item_id,
        coalesce(price_id, plan_id) as price_id,
        lower(currency) as currency,
        amount as amount_minor,
        quantity,
        lower("type") as line_type,
        coalesce(proration, false) as is_proration,
        period_start as period_starts_at,
        period_end as period_ends_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
