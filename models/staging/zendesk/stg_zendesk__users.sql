with

checked as (

    select * from {{ ref('base_zendesk__users') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as zendesk_user_id,
        organization_id,
        external_id,
        role,
        coalesce(_fivetran_deleted, false) as is_deleted,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
