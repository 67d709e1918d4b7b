with

checked as (

    select * from {{ ref('base_salesforce__renewal_steps') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as renewal_step_id,
        opportunity_id_c as opportunity_id,
        step_c as step,
        coalesce(is_deleted, false) or coalesce(_fivetran_deleted, false) as is_deleted,
        due_on_c as due_on,
        done_on_c as done_on,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
