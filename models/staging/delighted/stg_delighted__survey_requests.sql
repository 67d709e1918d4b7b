with

checked as (

    select * from {{ ref('base_delighted__survey_requests') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as survey_request_id,
        person_id,
        lower(survey_type) as survey_type,
        coalesce(_fivetran_deleted, false) as is_deleted,
        sent_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
