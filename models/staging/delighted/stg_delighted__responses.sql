with

checked as (

    select * from {{ ref('base_delighted__responses') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as response_id,
        person_id,
        score,
        coalesce(_fivetran_deleted, false) as is_deleted,
        created_at,
        updated_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
