with

checked as (

    select * from {{ ref('base_comp__disputes') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as dispute_id,
        csm_id,
        quarter,
        line_id,
        state,
        resolution,
        coalesce(_fivetran_deleted, false) as is_deleted,
        opened_on,
        resolved_on,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
