with

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

contact_windows as (

    select * from {{ ref('int_health__windows') }}

    where dimension = 'multi_threading'

),

champion_changes as (

    select * from {{ ref('int_relationship__champion_changes') }}

),

contacts as (

    select * from {{ ref('int_crm__contacts') }}

),

touches as (

    select
        touches.account_id,
        touches.contact_id,
        touches.touched_on,
        touches.is_two_way,
        touches.touch_kind in ('call', 'meeting', 'business_review', 'training') as is_meeting,
        contacts.cs_role = 'executive_sponsor' as is_with_sponsor

    from {{ ref('int_relationship__touches') }} as touches

    left join contacts on touches.contact_id = contacts.contact_id

),

account_touches as (

    select
        score_days.account_id,
        score_days.score_date,
        max(case when touches.is_meeting then touches.touched_on end) as met_on,
        max(case when touches.is_with_sponsor then touches.touched_on end) as sponsor_touched_on,
        count(
            distinct case
                when touches.is_two_way and contact_windows.window_start <= touches.touched_on
                    then touches.contact_id
            end
        ) as contacts

    from score_days

    inner join contact_windows on score_days.score_date = contact_windows.score_date

    inner join touches
        on
            score_days.account_id = touches.account_id
            and score_days.score_date >= touches.touched_on

    group by score_days.account_id, score_days.score_date

),

measured as (

    select
        score_days.account_id,
        score_days.score_date,
        score_days.size_tier,
        score_days.meeting_cadence_days,
        {{ dbt.datediff(
            'coalesce(account_touches.met_on, score_days.first_paid_date)',
            'score_days.score_date',
            'day'
        ) }} as days_since_meeting,
        {{ dbt.datediff('account_touches.sponsor_touched_on', 'score_days.score_date', 'day') }}
            as days_since_sponsor,
        account_touches.contacts,
        champion_changes.is_changed

    from score_days

    left join account_touches
        on
            score_days.account_id = account_touches.account_id
            and score_days.score_date = account_touches.score_date

    left join champion_changes
        on
            score_days.account_id = champion_changes.account_id
            and score_days.score_date = champion_changes.score_date

)
{{ measure_rows('measured', {
    'meeting_recency': [
        'days_since_meeting / cast(meeting_cadence_days as double)',
        'meeting_cadence_days is not null',
        'true',
    ],
    'multi_threading': ['contacts', 'true', 'true'],
    'executive_sponsor': [
        'days_since_sponsor',
        "size_tier <> 'small_business'",
        'days_since_sponsor is not null',
    ],
    'champion_change': ['is_changed', 'true', 'true'],
}) }}
