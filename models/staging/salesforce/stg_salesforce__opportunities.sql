with

checked as (

    select * from {{ ref('base_salesforce__opportunities') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as opportunity_id,
        account_id as crm_account_id,
        owner_id,
        type as opportunity_type,
        stage_name,
        forecast_category,
        loss_reason_c as loss_reason,
        amount,
        probability,
        quoted_uplift_percent_c as quoted_uplift_percent,
        coalesce(is_closed, false) as is_closed,
        coalesce(is_won, false) as is_won,
        coalesce(is_deleted, false) as is_deleted,
        auto_renew_c as is_auto_renewed,
        close_date,
        contract_start_c as contract_start_date,
        contract_end_c as contract_end_date,
        renewal_notice_given_on_c as renewal_notice_date,
        created_date as created_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
