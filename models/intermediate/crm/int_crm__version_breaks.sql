{# History mode says from when to when a version held. Where two do not meet, the CRM has no one
   word for those days; the later version counts all the same. #}
{% set owner_column = csm_field().column %}
with

account_versions as (

    select
        *,
        row_number() over (
            partition by crm_account_id, version_starts_at order by synced_at desc, version_id asc
        ) as sighting_number

    from {{ ref('mem_salesforce__accounts') }}

    where version_starts_at is not null

),

crm_accounts as (

    select * from {{ ref('int_accounts__crm_accounts') }}

    where crm_account_id = account_id

),

followed as (

    select
        crm_account_id,
        {{ owner_column }} as crm_user_id,
        version_ends_at,
        lead({{ owner_column }}) over by_start as next_crm_user_id,
        lead(version_starts_at) over by_start as next_starts_at

    from account_versions

    where sighting_number = 1

    window by_start as (partition by crm_account_id order by version_starts_at)

),

breaks as (

    select
        crm_account_id,
        crm_user_id,
        'versions_overlap' as issue,
        {{ reporting_day('next_starts_at') }} as from_date,
        {{ reporting_day('version_ends_at') }} as until_date
    from followed
    where not {{ is_same('crm_user_id', 'next_crm_user_id') }}

    union all

    select
        crm_account_id,
        crm_user_id,
        'versions_leave_a_gap' as issue,
        {{ reporting_day('version_ends_at') }} as from_date,
        {{ reporting_day('next_starts_at') }} as until_date
    from followed
    where version_ends_at < {{ dbt.dateadd('day', -1, 'next_starts_at') }}
)

select
    crm_accounts.account_id,
    breaks.crm_user_id,
    breaks.issue,
    breaks.from_date,
    breaks.until_date

from breaks

inner join crm_accounts on breaks.crm_account_id = crm_accounts.crm_account_id

where breaks.from_date < breaks.until_date
