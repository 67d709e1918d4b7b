with

checked as (

    select * from {{ ref('base_zendesk__organizations') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as organization_id,
        external_id,
        coalesce(_fivetran_deleted, false) as is_deleted,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
