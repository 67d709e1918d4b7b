with

checked as (

    select * from {{ ref('base_zendesk__ticket_field_changes') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        ticket_id,
        lower(field_name) as field_name,
        value,
        coalesce(_fivetran_deleted, false) as is_deleted,
        updated as changed_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
