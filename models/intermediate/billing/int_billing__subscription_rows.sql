with

versions as (

    select
        *,
        {{ reporting_day('synced_at') }} as synced_date

    from {{ ref('mem_stripe__subscription_versions') }}

),

landed_now as (

    select
        row_key,
        max(synced_at) as synced_at

    from {{ ref('stg_stripe__subscription_versions') }}

    where is_current

    group by row_key

)

select
    versions.*,
    -- What the connector holds today speaks for today; a resync may have dropped later versions.
    row_number() over (
        partition by versions.subscription_id
        order by
            case when landed_now.row_key is not null then 0 else 1 end,
            versions.version_starts_at desc,
            versions.synced_at desc,
            versions.version_id asc
    ) = 1 as is_latest,
    max(versions.version_starts_at)
        over (partition by versions.subscription_id)
        as last_version_starts_at

from versions

left join landed_now
    on versions.row_key = landed_now.row_key and versions.synced_at = landed_now.synced_at
