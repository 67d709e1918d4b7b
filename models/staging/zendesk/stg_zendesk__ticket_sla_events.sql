with

checked as (

    select * from {{ ref('base_zendesk__ticket_sla_events') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        ticket_id,
        lower(metric) as metric,
        is_breached,
        coalesce(_fivetran_deleted, false) as is_deleted,
        target_at,
        met_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
