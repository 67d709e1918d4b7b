with

checked as (

    select * from {{ ref('base_zendesk__ticket_tags') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        ticket_id,
        lower(tag) as tag,
        coalesce(_fivetran_deleted, false) as is_deleted,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
