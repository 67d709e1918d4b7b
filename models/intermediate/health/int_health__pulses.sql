{# Of the pulses of an account the latest counts, and only while its giver still looks after it. #}
with

score_days as (

    select
        account_id,
        score_date
    from {{ ref('int_health__score_days') }}

),

pulses as (

    select
        crm_accounts.account_id,
        pulses.csm_pulse_id,
        pulses.crm_user_id,
        pulses.pulse,
        pulses.given_on

    from {{ ref('stg_salesforce__csm_pulses') }} as pulses

    inner join {{ ref('int_accounts__crm_accounts') }} as crm_accounts
        on pulses.crm_account_id = crm_accounts.crm_account_id

    where pulses.is_current and not pulses.is_deleted and pulses.pulse is not null

),

owners as (

    select * from {{ ref('int_crm__ownerships') }}

    where ownership_kind = 'owner'

),

latest_pulses as (

    select
        score_days.account_id,
        score_days.score_date,
        pulses.csm_pulse_id,
        pulses.crm_user_id,
        pulses.pulse,
        pulses.given_on,
        row_number() over (
            partition by score_days.account_id, score_days.score_date
            order by pulses.given_on desc, pulses.csm_pulse_id desc
        ) as pulse_number

    from score_days

    inner join pulses
        on
            score_days.account_id = pulses.account_id
            and score_days.score_date >= pulses.given_on

)

select
    latest_pulses.account_id,
    latest_pulses.score_date,
    latest_pulses.csm_pulse_id,
    latest_pulses.crm_user_id,
    latest_pulses.pulse,
    latest_pulses.given_on

from latest_pulses

inner join owners
    on
        latest_pulses.account_id = owners.account_id
        and latest_pulses.crm_user_id = owners.crm_user_id
        and latest_pulses.score_date >= owners.valid_from
        and latest_pulses.score_date < coalesce(owners.valid_to, {{ far_date() }})

where latest_pulses.pulse_number = 1
