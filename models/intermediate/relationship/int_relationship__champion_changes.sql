{# Changed is a champion who has left, or was in touch in the window before this one and no more. #}
{% set before_start = dbt.dateadd('day', '-windows.window_days', 'windows.window_start') %}
with

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

windows as (

    select * from {{ ref('int_health__windows') }}

    where dimension = 'champion_change'

),

contacts as (

    select * from {{ ref('int_crm__contacts') }}

    where cs_role = 'champion'

),

touches as (

    select * from {{ ref('int_relationship__touches') }}

),

champions as (

    select
        score_days.account_id,
        score_days.score_date,
        contacts.contact_id,
        coalesce(
            contacts.left_company_on between windows.window_start and score_days.score_date,
            false
        ) as has_left,
        windows.window_start,
        {{ before_start }} as before_start

    from score_days

    inner join windows on score_days.score_date = windows.score_date

    inner join contacts
        on score_days.account_id = contacts.account_id

),

champion_touches as (

    select
        champions.account_id,
        champions.score_date,
        champions.contact_id,
        champions.has_left,
        count(touches.touched_on) > 0
        and max(touches.touched_on) < champions.window_start as is_silent

    from champions

    left join touches
        on
            champions.contact_id = touches.contact_id
            and champions.before_start <= touches.touched_on
            and champions.score_date >= touches.touched_on

    group by
        champions.account_id,
        champions.score_date,
        champions.contact_id,
        champions.has_left,
        champions.window_start

)

select
    account_id,
    score_date,
    max(case when has_left or is_silent then 1 else 0 end) as is_changed

from champion_touches

group by account_id, score_date
