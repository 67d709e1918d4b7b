{% set days_before = -var('journey_renewal_days') %}
{% set window_start = dbt.dateadd('day', days_before, 'contract_end_date') %}
{% set term_window_start = dbt.dateadd('day', days_before, 'terms.due_date') %}
{% set ended_date = dbt.dateadd('day', 1, 'terms.last_paid_date') %}
{% set soon_after = dbt.dateadd('day', var('contract_end_tolerance_days'), 'terms.window_start') %}
with

-- Who pays nothing has no renewal.
turns as (

    select
        account_id,
        change_date as paid_from,
        coalesce(lead(change_date) over by_account, {{ far_date() }}) as paid_to,
        closing_mrr > 0 as is_paying

    from {{ ref('int_revenue__account_days') }}

    where (opening_mrr > 0) <> (closing_mrr > 0)
    window by_account as (partition by account_id order by change_date)

),

opportunities as (

    select
        *,
        contract_end_date as due_date,
        cast({{ window_start }} as date) as window_start

    from {{ ref('int_renewals__opportunities') }}

    where opportunity_type = 'renewal' and contract_end_date is not null

),

-- Over with the last MRR in it or where it was anchored anew; run to its end, when it is renewed,
-- or on its end where nothing came back.
terms as (

    select
        terms.account_id,
        terms.subscription_id,
        terms.due_date,
        greatest(terms.term_start, cast({{ term_window_start }} as date)) as window_start,
        case
            when {{ ended_date }} < terms.due_date then cast({{ ended_date }} as date)
            when outcomes.outcome in ('renewed', 'late') then outcomes.back_date
            when outcomes.outcome = 'churned' then terms.due_date
            else {{ far_date() }}
        end as open_until_date

    from {{ ref('int_renewals__terms') }} as terms

    left join {{ ref('int_renewals__outcomes') }} as outcomes
        on
            terms.subscription_id = outcomes.subscription_id
            and terms.term_start = outcomes.term_start

),

-- Where an opportunity was open in its window the account goes by that and not by its terms.
overlays as (

    select
        opportunities.account_id,
        'opportunity' as evidence_kind,
        opportunities.opportunity_id as evidence_id,
        opportunities.due_date,
        opportunities.window_start,
        least(opportunities.open_until_date, turns.paid_to) as open_until_date,
        turns.paid_from

    from opportunities

    inner join turns
        on
            opportunities.account_id = turns.account_id
            and opportunities.due_date > turns.paid_from
            and opportunities.window_start < turns.paid_to

    where
        turns.is_paying
        and opportunities.open_until_date
        > greatest(opportunities.window_start, turns.paid_from)

    union all

    select
        terms.account_id,
        'term' as evidence_kind,
        terms.subscription_id as evidence_id,
        terms.due_date,
        terms.window_start,
        terms.open_until_date,
        turns.paid_from

    from terms

    inner join turns
        on
            terms.account_id = turns.account_id
            and terms.due_date > turns.paid_from
            and terms.window_start < turns.paid_to

    left join opportunities
        on
            terms.account_id = opportunities.account_id
            and opportunities.window_start < terms.due_date
            and opportunities.due_date > {{ soon_after }}
            and opportunities.open_until_date > opportunities.window_start

    where
        turns.is_paying
        and opportunities.opportunity_id is null
        and terms.open_until_date > greatest(terms.window_start, turns.paid_from)

),

-- Of several that end on one day the opportunity, else the one that stays open longest.
ranked as (

    select
        account_id,
        evidence_kind,
        evidence_id,
        due_date,
        greatest(window_start, paid_from) as entered_date,
        open_until_date,
        row_number() over (
            partition by account_id, due_date
            order by evidence_kind asc, paid_from asc, open_until_date desc, evidence_id asc
        ) as overlay_number

    from overlays

)

select
    account_id,
    evidence_kind,
    evidence_id,
    entered_date,
    due_date,
    case when open_until_date <= {{ as_of_date() }} then open_until_date end as left_date

from ranked

where overlay_number = 1 and entered_date <= {{ as_of_date() }}
