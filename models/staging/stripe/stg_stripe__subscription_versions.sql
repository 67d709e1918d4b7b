with

checked as (

    select * from {{ ref('base_stripe__subscription_versions') }}

    where row_outcome = 'accepted' or row_rule in ('superseded', 'overlapping_versions')

),

renamed as (

    select
        id as subscription_id,
        customer_id as billing_customer_id,
        lower(status) as status,
        pause_collection_behavior is not null as is_collection_paused,
        coalesce(cancel_at_period_end, false) as is_cancelled_at_period_end,
        created as created_at,
        start_date as started_at,
        trial_end as trial_ends_at,
        current_period_start as current_period_starts_at,
        current_period_end as current_period_ends_at,
        cancel_at as cancels_at,
        canceled_at as cancel_requested_at,
        ended_at,
        _fivetran_start as version_starts_at,
        row_key,
        coalesce(row_rule, '') <> 'superseded' as is_current,
        synced_at

    from checked

)

select * from renamed
