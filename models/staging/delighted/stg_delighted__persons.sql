with

checked as (

    select * from {{ ref('base_delighted__persons') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as person_id,
        {{ hashed_email('email') }} as email_hash,
        coalesce(_fivetran_deleted, false) as is_deleted,
        created_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
