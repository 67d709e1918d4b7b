with

subscription_discounts as (

    select * from {{ ref('mem_stripe__subscription_discounts') }}

),

discounts as (

    select * from {{ ref('mem_stripe__discounts') }}

),

-- Both tables are one set by id; a row says whether the discount sits on the subscription or the
-- customer, or merely shows on an invoice.
gathered as (

    select
        'stripe.subscription_discount' as source_table,
        cast(null as varchar) as discount_type,
        billing_customer_id,
        subscription_id,
        version_id,
        row_key,
        synced_at,
        discount_id,
        coupon_id,
        invoice_id,
        is_deleted,
        starts_at,
        ends_at

    from subscription_discounts

    union all

    select
        'stripe.discount' as source_table,
        discount_type,
        coalesce(billing_customer_id, case when discount_type = 'customer' then type_id end)
            as billing_customer_id,
        coalesce(subscription_id, case when discount_type = 'subscription' then type_id end)
            as subscription_id,
        version_id,
        row_key,
        synced_at,
        discount_id,
        coupon_id,
        invoice_id,
        is_deleted,
        starts_at,
        ends_at

    from discounts

),

last_versions as (

    select
        *,
        case
            when discount_type not in ('customer', 'subscription') then 'invoice'
            when subscription_id is not null then 'subscription'
            when discount_type is null and invoice_id is not null then 'invoice'
            else 'customer'
        end as discount_level,
        row_number()
            over (partition by source_table, row_key order by synced_at desc, version_id asc)
            as version_number

    from gathered

),

rows_now as (

    select
        last_versions.*,
        row_number() over (
            partition by last_versions.discount_id
            order by
                last_versions.synced_at desc,
                last_versions.source_table asc,
                last_versions.version_id asc
        ) as id_rank,
        case
            when last_versions.is_deleted then last_versions.synced_at
            when
                not presence_events.is_present
                and presence_events.event_at >= last_versions.synced_at
                then presence_events.event_at
        end as vanished_at

    from last_versions

    left join {{ ref('int_billing__presence') }} as presence_events
        on
            last_versions.source_table = presence_events.source_table
            and last_versions.row_key = presence_events.row_key

    where last_versions.version_number = 1

),

by_id as (

    select
        discount_id,
        max(case when id_rank = 1 then coupon_id end) as coupon_id,
        max(subscription_id) as subscription_id,
        max(billing_customer_id) as billing_customer_id,
        max(case when id_rank = 1 then starts_at end) as starts_at,
        max(case when id_rank = 1 then ends_at end) as ends_at,
        max(case when discount_level = 'customer' then 1 else 0 end) = 1 as is_on_customer,
        case
            when count(case when discount_level <> 'invoice' and vanished_at is null then 1 end) = 0
                then max(case when discount_level <> 'invoice' then vanished_at end)
        end as vanished_at

    from rows_now

    group by discount_id

)

select
    by_id.discount_id,
    by_id.subscription_id,
    case when by_id.subscription_id is null then by_id.billing_customer_id end
        as billing_customer_id,
    by_id.starts_at,
    {{ reporting_day('by_id.starts_at') }} as from_date,
    {{ earliest([
        reporting_day("coalesce(by_id.ends_at, case when coupons.duration = 'repeating' then " ~ dbt.dateadd('month', 'coupons.duration_in_months', 'by_id.starts_at') ~ " end)"),
        reporting_day('by_id.vanished_at'),
    ]) }} as to_date,
    coalesce(coupons.percent_off, 0) as percent_off,
    coupons.amount_off_minor,
    coupons.currency,
    coupons.duration = 'once' as is_once

from by_id

inner join {{ ref('int_billing__coupons') }} as coupons on by_id.coupon_id = coupons.coupon_id

where
    coupons.duration in ({{ text_list(var('mrr_discounts')) }})
    and (by_id.subscription_id is not null or by_id.is_on_customer)
