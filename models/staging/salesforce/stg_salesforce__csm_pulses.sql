with

checked as (

    select * from {{ ref('base_salesforce__csm_pulses') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as csm_pulse_id,
        account_id_c as crm_account_id,
        csm_id_c as crm_user_id,
        pulse_c as pulse,
        coalesce(is_deleted, false) or coalesce(_fivetran_deleted, false) as is_deleted,
        given_on_c as given_on,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
