{% set key_columns = [
    'account_id', 'component', 'subscription_id', 'opportunity_id', 'effective_date'
] %}
with

live as (

    select
        account_id,
        subscription_id,
        sum(mrr) as mrr

    from {{ ref('fct_subscription_item_periods') }}

    where valid_to is null and mrr > 0

    group by account_id, subscription_id

),

parts as (

    select
        account_id,
        'live' as component,
        subscription_id,
        cast(null as varchar) as opportunity_id,
        mrr as mrr_change,
        {{ as_of_date() }} as effective_date
    from live

    union all

    select
        account_id,
        component,
        subscription_id,
        cast(null as varchar) as opportunity_id,
        sum(mrr_change) as mrr_change,
        effective_date
    from {{ ref('int_renewals__known_changes') }}

    group by account_id, component, subscription_id, effective_date

    union all

    select
        account_id,
        'signed' as component,
        cast(null as varchar) as subscription_id,
        opportunity_id,
        mrr as mrr_change,
        contract_start_date as effective_date
    from {{ ref('int_renewals__signed_opportunities') }}

)

select
    {{ content_hash(key_columns) }} as committed_mrr_id,
    account_id,
    component,
    subscription_id,
    opportunity_id,
    cast(mrr_change as decimal(18, 2)) as mrr_change,
    effective_date

from parts
