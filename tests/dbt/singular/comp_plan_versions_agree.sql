-- Every plan version has one set of rules on a day, those of one quarter share out MRR the same way
-- (two methods cannot conserve it), and whoever is on a version is on one that holds.
{{ config(severity='error', tags=['comp_refusal']) }}
with

versions as (

    select
        *,
        coalesce(valid_from, cast('1900-01-01' as date)) as from_date,
        coalesce(valid_to, {{ far_date() }}) as until_date,
        row_number() over (
            order by plan_version, valid_from, valid_to, attribution_method, transfer_grace_days
        ) as version_number

    from {{ reference('comp_plan_versions') }}

),

pieces as (

    select * from {{ ref('int_compensation__plan_pieces') }}

),

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

    where not is_locked

),

overlapping as (

    select
        versions.plan_version,
        'overlapping dates' as issue

    from versions

    inner join versions as other_versions
        on
            versions.plan_version = other_versions.plan_version
            and versions.version_number < other_versions.version_number
            and versions.from_date < other_versions.until_date
            and other_versions.from_date < versions.until_date

),

malformed as (

    select
        plan_version,
        'rules that make no sense' as issue

    from versions

    where
        plan_version is null
        or until_date < from_date
        or coalesce(attribution_method, '')
        not in ('event_date_owner', 'opening_owner', 'closing_owner', 'time_weighted')
        or coalesce(transfer_grace_days, -1) < 0
        or coalesce(minimum_book_accounts, -1) < 0
        or counts_reactivation is null

),

-- A version of which nobody is on is there to be tried out, and disturbs nobody.
used as (

    select distinct
        pieces.quarter,
        pieces.plan_version,
        versions.plan_version is not null as is_known,
        versions.attribution_method,
        versions.transfer_grace_days,
        versions.counts_reactivation

    from pieces

    inner join quarters on pieces.quarter = quarters.quarter

    left join versions
        on
            pieces.plan_version = versions.plan_version
            and versions.from_date < pieces.until_date
            and pieces.from_date < versions.until_date

),

quarrels as (

    select
        max(plan_version) as plan_version,
        'methods, grace or counting of reactivation that differ in ' || quarter as issue

    from used

    where is_known

    group by quarter

    having
        min(attribution_method) <> max(attribution_method)
        or min(transfer_grace_days) <> max(transfer_grace_days)
        or min(cast(counts_reactivation as integer)) <> max(cast(counts_reactivation as integer))

)

select * from overlapping

union all

select * from malformed

union all

select
    plan_version,
    'somebody is on it on days on which it does not hold' as issue
from used
where not is_known

union all

select * from quarrels
