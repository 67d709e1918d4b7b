{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['user_id', 'activity_date']
) }}
{#- Pairs of user and day that new or re-judged rows touch, and those whose user now belongs to
    another account, are counted anew, whole. A pair never vanishes: rows set aside count 0. -#}
{% set day = reporting_day('timestamp') %}
{% set build_id = build_name(model.raw_code ~ day, parent=ref('base_segment__tracks')) %}
with

tracks as (

    select
        user_id,
        event,
        row_outcome,
        change_number,
        {{ day }} as activity_date

    from {{ ref('base_segment__tracks') }}

    where user_id is not null and timestamp is not null

),

user_accounts as (

    select
        user_id,
        account_id,
        cast(valid_from as date) as from_date,
        coalesce(cast(valid_to as date), {{ far_date() }}) as to_date

    from {{ ref('int_usage__user_accounts') }}

),

{% if is_incremental() -%}
standing as (

    select * from {{ this }}

),

touched_pairs as (

    select user_id, activity_date from tracks

    where change_number > (select max(tracks_change) from {{ this }})

    union

    select
        standing.user_id,
        standing.activity_date

    from standing

    left join user_accounts
        on
            standing.user_id = user_accounts.user_id
            and standing.activity_date >= user_accounts.from_date
            and standing.activity_date < user_accounts.to_date

    where coalesce(standing.account_id, '') <> coalesce(user_accounts.account_id, '')

),

before_this as (

    select distinct
        standing.user_id,
        standing.activity_date,
        standing.account_id,
        standing.is_reassigned

    from standing

    inner join touched_pairs
        on
            standing.user_id = touched_pairs.user_id
            and standing.activity_date = touched_pairs.activity_date

),

touched_tracks as (

    select tracks.*

    from tracks

    inner join touched_pairs
        on
            tracks.user_id = touched_pairs.user_id
            and tracks.activity_date = touched_pairs.activity_date

),

{% endif -%}
counted as (

    select
        user_id,
        activity_date,
        event,
        sum(case when row_outcome = 'accepted' then 1 else 0 end) as events

    from {{ 'touched_tracks' if is_incremental() else 'tracks' }}

    group by user_id, activity_date, event

)

select
    user_accounts.account_id,
    counted.user_id,
    counted.activity_date,
    counted.event,
    cast(counted.events as bigint) as events,
    {% if is_incremental() -%}
    coalesce(
        before_this.is_reassigned
        or before_this.account_id <> coalesce(user_accounts.account_id, ''), false
    ) as is_reassigned,
    cast((select max(change_number) from {{ this }}) + 1 as bigint) as change_number,
    {%- else -%}
    false as is_reassigned,
    cast(1 as bigint) as change_number,
    {%- endif %}
    cast((select max(tracks.change_number) from tracks) as bigint) as tracks_change,
    '{{ build_id }}' as build_id

from counted

left join user_accounts
    on
        counted.user_id = user_accounts.user_id
        and counted.activity_date >= user_accounts.from_date
        and counted.activity_date < user_accounts.to_date
{%- if is_incremental() %}

left join before_this
    on counted.user_id = before_this.user_id and counted.activity_date = before_this.activity_date
{%- endif %}
