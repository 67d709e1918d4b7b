with

checked as (

    select * from {{ ref('base_segment__tracks') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as message_id,
        user_id,
        event,
        row_key,
        row_outcome = 'accepted' as is_current,
        timestamp as tracked_at,
        synced_at

    from checked

)

select * from renamed
