{% set due_date = dbt.dateadd(
    'day', 'account_milestones.target_days', 'account_milestones.first_paid_date'
) %}
with

first_days as (

    select
        account_id,
        min(change_date) as first_paid_date

    from {{ ref('int_revenue__account_days') }}

    where closing_mrr > 0

    group by account_id

),

-- An account goes the way that was agreed when it began; a later milestone is for those who come
-- later. Who began before all of them goes by the first.
versions as (

    select
        *,
        case when valid_from > min(valid_from) over () then valid_from end as holds_from,
        lead(valid_from) over (partition by stage, milestone order by valid_from) as valid_to

    from {{ reference('journey_milestones') }}

),

source_days as (
    {% for kind, tables in journey_evidence_sources().items() %}
    select
        '{{ kind }}' as evidence_kind,
        {% if not tables -%}
        cast('1900-01-01' as date) as source_date
        {%- else -%}
        (
            select min(first_date)
            from {{ ref('int_health__sources') }}
            where source_table in ({{ text_list(tables) }})
        ) as source_date
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

account_milestones as (

    select
        first_days.account_id,
        first_days.first_paid_date,
        versions.stage,
        versions.milestone,
        versions.evidence_kind,
        versions.evidence_value,
        versions.target_days,
        versions.is_first_value,
        case
            when versions.evidence_kind not in ('product_event', 'touch')
                then coalesce(cast(versions.evidence_value as integer), 1)
        end as needed_number

    from first_days

    inner join versions
        on
            coalesce(versions.holds_from, first_days.first_paid_date) <= first_days.first_paid_date
            and first_days.first_paid_date < coalesce(versions.valid_to, {{ far_date() }})

),

reached as (

    select
        account_milestones.account_id,
        account_milestones.stage,
        account_milestones.milestone,
        min(evidence.fact_date) as reached_date

    from account_milestones

    inner join {{ ref('int_journey__evidence') }} as evidence
        on
            account_milestones.account_id = evidence.account_id
            and account_milestones.evidence_kind = evidence.evidence_kind

    where
        case
            when account_milestones.needed_number is not null
                then evidence.reached_number >= account_milestones.needed_number
            when account_milestones.evidence_value is null then true
            else account_milestones.evidence_value = evidence.subject
        end

    group by
        account_milestones.account_id, account_milestones.stage, account_milestones.milestone

)

select
    account_milestones.account_id,
    account_milestones.stage,
    account_milestones.milestone,
    account_milestones.evidence_kind,
    account_milestones.target_days,
    account_milestones.is_first_value,
    account_milestones.first_paid_date,
    cast({{ due_date }} as date) as due_date,
    reached.reached_date,
    source_days.source_date,
    coalesce(source_days.source_date <= {{ as_of_date() }}, false) as is_source_on

from account_milestones

left join reached
    on
        account_milestones.account_id = reached.account_id
        and account_milestones.stage = reached.stage
        and account_milestones.milestone = reached.milestone

left join source_days on account_milestones.evidence_kind = source_days.evidence_kind
