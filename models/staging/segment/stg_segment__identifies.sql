with

checked as (

    select * from {{ ref('base_segment__identifies') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as message_id,
        user_id,
        group_id,
        row_key,
        row_outcome = 'accepted' as is_current,
        timestamp as identified_at,
        synced_at

    from checked

)

select * from renamed
