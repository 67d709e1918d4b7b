with

checked as (

    select * from {{ ref('base_stripe__coupons') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as coupon_id,
        lower(duration) as duration,
        lower(currency) as currency,
        duration_in_months,
        amount_off as amount_off_minor,
        percent_off,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
