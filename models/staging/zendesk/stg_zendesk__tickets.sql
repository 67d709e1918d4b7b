with

checked as (

    select * from {{ ref('base_zendesk__tickets') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as ticket_id,
        organization_id,
        requester_id,
        lower(status) as status,
        custom_severity as severity,
        coalesce(_fivetran_deleted, false) as is_deleted,
        created_at,
        updated_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
