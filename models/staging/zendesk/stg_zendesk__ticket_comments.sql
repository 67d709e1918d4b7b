with

checked as (

    select * from {{ ref('base_zendesk__ticket_comments') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as ticket_comment_id,
        ticket_id,
        user_id,
        coalesce(public, false) as is_public,
        coalesce(_fivetran_deleted, false) as is_deleted,
        created as created_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
