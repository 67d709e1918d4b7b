with

checked as (

    select * from {{ ref('base_segment__groups') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as message_id,
        group_id,
        salesforce_account_id as crm_account_id,
        row_key,
        row_outcome = 'accepted' as is_current,
        timestamp as grouped_at,
        synced_at

    from checked

)

select * from renamed
