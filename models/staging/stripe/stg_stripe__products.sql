with

checked as (

    select * from {{ ref('base_stripe__products') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as product_id,
        name as product_name,
        coalesce(is_deleted, false) as is_deleted,
        created as created_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
