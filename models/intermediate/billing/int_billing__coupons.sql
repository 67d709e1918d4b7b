with

versions as (

    select
        *,
        row_number() over (
            partition by coupon_id order by synced_at desc, version_id asc
        ) as version_number

    from {{ ref('mem_stripe__coupons') }}

)

select * from versions
where version_number = 1
