{# What the CRM says about who looks after an account, one fact at a time. #}
{% set facts = {
    'owner': csm_field(),
    'co_owner': {'column': 'co_csm_id', 'names': "('cocsmidc')"},
    'co_split': {'column': 'co_csm_split', 'names': "('cocsmsplitc')"},
} %}
with

account_versions as (

    select * from {{ ref('mem_salesforce__accounts') }}

),

-- History grows; a change that the CRM has thrown away since was made all the same.
field_changes as (

    select
        *,
        lower(replace(field, '_', '')) as field_name,
        {{ salesforce_id_18("old_value") }} as old_id,
        {{ salesforce_id_18("new_value") }} as new_id

    from {{ ref('stg_salesforce__account_field_changes') }}

    where is_current and created_at is not null

),

-- History mode wins over field history, both win over the versions that happened to be seen.
stated as (
    {% for fact, place in facts.items() %}
    select
        crm_account_id,
        '{{ fact }}' as fact,
        cast({{ place.column }} as varchar) as stated_value,
        cast(null as varchar) as value_before,
        case when version_starts_at is null then 'row_version' else 'history_mode' end as evidence,
        case when version_starts_at is null then 3 else 1 end as evidence_rank,
        coalesce(version_starts_at, synced_at) as stated_at,
        {{ reporting_day('coalesce(version_starts_at, synced_at)') }} as stated_date,
        synced_at,
        version_id as statement_id
    from account_versions

    union all

    select
        crm_account_id,
        '{{ fact }}' as fact,
        {{ 'new_value' if fact == 'co_split' else 'new_id' }} as stated_value,
        {{ 'old_value' if fact == 'co_split' else 'old_id' }} as value_before,
        'field_history' as evidence,
        2 as evidence_rank,
        created_at as stated_at,
        {{ reporting_day('created_at') }} as stated_date,
        synced_at,
        field_change_id as statement_id
    from field_changes
    where
        field_name in {{ place.names }}
        {%- if fact != 'co_split' %}
        -- The CRM writes a change of a lookup twice, once with names.
        and coalesce(old_id, '005') like '005%' and coalesce(new_id, '005') like '005%'
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

ranked as (

    select
        *,
        min(evidence_rank) over (partition by crm_account_id, fact) as best_rank,
        row_number() over (
            partition by crm_account_id, fact, evidence_rank
            order by
                stated_at asc, synced_at desc, coalesce(stated_value, '~') asc, statement_id asc
        ) as first_number,
        row_number() over (
            partition by crm_account_id, fact, evidence_rank, stated_date
            order by
                stated_at desc, synced_at desc, coalesce(stated_value, '~') asc, statement_id desc
        ) as last_of_day_number

    from stated

)

select
    crm_account_id,
    fact,
    stated_value,
    value_before,
    evidence,
    first_number = 1 as is_first,
    last_of_day_number = 1 as is_last_of_day,
    stated_date

from ranked

where evidence_rank = best_rank and (first_number = 1 or last_of_day_number = 1)
