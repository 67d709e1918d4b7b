{# Accounts that nobody looks after, and whose people changed. #}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

),

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

owners as (

    select
        account_id,
        csm_id,
        valid_from,
        coalesce(valid_to, {{ far_date() }}) as valid_to

    from {{ ref('int_crm__ownerships') }}

    where ownership_kind = 'owner'

),

-- Between two owners there may be days without one: somebody left before the account was passed on.
successions as (

    select
        account_id,
        csm_id,
        valid_from,
        lag(csm_id) over (partition by account_id order by valid_from) as csm_before

    from owners

    where csm_id is not null

),

changes as (

    select
        account_id,
        valid_from as changed_on,
        'the owner changed' as what_changed
    from successions

    where csm_id <> csm_before

    union all

    select
        account_id,
        left_company_on as changed_on,
        'a champion left' as what_changed
    from {{ ref('int_crm__contacts') }}

    where cs_role = 'champion' and left_company_on is not null

),

landed as (

    select count(*) as owners from owners

),

-- The CRM says nothing of owners where it has none at all.
unowned as (

    select
        rules.rule,
        score_days.account_id,
        rules.judged_date,
        score_days.mrr

    from rules

    inner join score_days on rules.judged_date = score_days.score_date

    -- One row.
    cross join landed

    left join owners
        on
            score_days.account_id = owners.account_id
            and owners.csm_id is not null
            and score_days.score_date >= owners.valid_from
            and score_days.score_date < owners.valid_to

    where
        rules.rule = 'A14'
        and owners.account_id is null
        and landed.owners > 0

)

select
    rule,
    'account' as subject_type,
    account_id as subject_id,
    '' as event_key,
    judged_date,
    true as is_firing,
    true as is_holding,
    cast(mrr as double) as measure,
    'Pays ' || cast(mrr as varchar) || ' a month and nobody owns it' as reason

from unowned

union all

select
    rules.rule,
    'account' as subject_type,
    score_days.account_id as subject_id,
    '' as event_key,
    rules.judged_date,
    true as is_firing,
    false as is_holding,
    cast(null as double) as measure,
    'On ' || cast(rules.judged_date as varchar) || ' ' || min(changes.what_changed) as reason

from rules

inner join changes on rules.judged_date = changes.changed_on

inner join score_days
    on
        changes.account_id = score_days.account_id
        and rules.judged_date = score_days.score_date

where rules.rule = 'A20'

group by rules.rule, score_days.account_id, rules.judged_date
