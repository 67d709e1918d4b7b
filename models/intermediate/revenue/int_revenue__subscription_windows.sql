{# Subscriptions whose edges need a look: billed in another currency, or held by several accounts.
   All others are the same in every window and are summed by account in the next step. #}
{% set reporting_currency = var('reporting_currency') | lower %}
{% set mrr_at_first_rate = 'item_months.net_mrr * coalesce(first_rates.rate, last_rates.rate, 0)' %}

with

item_months as (

    select * from {{ ref('int_revenue__item_months') }}

    where is_foreign or is_handed_over

),

windows as (

    select * from {{ ref('int_revenue__windows') }}

),

fx_months as (

    select * from {{ ref('int_revenue__fx_months') }}

),

reporting_digits as (

    select least(minor_unit_digits, 2) as digits

    from {{ reference('currencies') }}

    where lower(currency) = '{{ reporting_currency }}'

),

edges as (
    {% for edge, month in [('opening', 'period_start'), ('closing', 'last_month')] %}
    select
        period_kind,
        period_start,
        last_month,
        '{{ edge }}' as edge,
        {{ month }} as edge_month
    from windows
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Both edges at the rate of the window's first month, so that exchange rates move no retention. A
-- currency that came later may have no rate then: its own first one does, it is in no base.
valued as (

    select
        edges.period_kind,
        edges.period_start,
        edges.edge,
        item_months.subscription_id,
        item_months.account_id,
        case
            when item_months.currency = '{{ reporting_currency }}' then item_months.mrr
            else {{ round_money(mrr_at_first_rate, 'reporting_digits.digits') }}
        end as mrr

    from edges

    inner join item_months
        on edges.edge_month = item_months.month and edges.edge = item_months.edge

    cross join reporting_digits

    left join fx_months as first_rates
        on
            edges.period_start = first_rates.month
            and item_months.currency = first_rates.currency

    left join fx_months as last_rates
        on
            edges.last_month = last_rates.month
            and item_months.currency = last_rates.currency

)

select
    period_kind,
    period_start,
    subscription_id,
    min(case when edge = 'opening' then account_id end) as opening_account_id,
    min(case when edge = 'closing' then account_id end) as closing_account_id,
    sum(case when edge = 'opening' then mrr else 0 end) as opening_mrr,
    sum(case when edge = 'closing' then mrr else 0 end) as closing_mrr

from valued

group by period_kind, period_start, subscription_id
