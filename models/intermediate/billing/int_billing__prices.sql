with

versions as (

    select
        *,
        row_number()
            over (partition by price_id order by synced_at desc, version_id asc)
            as version_number

    from {{ ref('mem_stripe__prices') }}

),

currencies as (

    select * from {{ reference('currencies') }}

)

select
    versions.price_id,
    versions.product_id,
    versions.currency,
    versions.billing_interval,
    versions.interval_count,
    coalesce(versions.billing_scheme, 'per_unit') = 'tiered' as is_tiered,
    coalesce(versions.usage_type, 'licensed') = 'metered' as is_metered,
    currencies.minor_unit_digits,
    cast(coalesce(versions.unit_amount_minor, 0) as double)
    / power(10, currencies.minor_unit_digits) as unit_amount,
    {{ per_month('versions.billing_interval', 'versions.interval_count') }} as per_month

from versions

inner join currencies on versions.currency = lower(currencies.currency)

where versions.version_number = 1 and versions.billing_interval is not null
