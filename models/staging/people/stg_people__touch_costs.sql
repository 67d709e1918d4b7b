with

checked as (

    select * from {{ ref('base_people__touch_costs') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        role,
        lower(currency) as currency,
        hourly_cost,
        coalesce(_fivetran_deleted, false) as is_deleted,
        valid_from,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
