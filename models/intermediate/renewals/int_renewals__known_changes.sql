{% set native_mrr = net_mrr(
    'item_periods.gross_mrr', 'item_periods.percent_factor', 'item_periods.amount_off'
) %}
with

item_periods as (

    select
        *,
        min(valid_from) over (partition by subscription_id) as subscription_from,
        min(valid_from) over (partition by subscription_item_id) as item_from

    from {{ ref('int_billing__item_periods') }}

),

billing_customers as (

    select * from {{ ref('int_accounts__billing_customers') }}

    where not is_internal

),

fx_months as (

    select * from {{ ref('int_revenue__fx_months') }}

    where month = {{ dbt.date_trunc('month', as_of_date()) }}

),

live as (

    select * from {{ ref('int_revenue__item_periods') }}

    where valid_to is null and mrr > 0

),

-- What billing has on file for later: rows of the flat table, subscriptions not yet begun. The
-- end of a discount in the future is nobody's signature.
future as (

    select
        item_periods.subscription_item_id,
        item_periods.subscription_id,
        billing_customers.account_id,
        item_periods.valid_from as starts_date,
        case
            when item_periods.evidence = 'period_row' then item_periods.valid_to
            else item_periods.service_end_date
        end as ends_date,
        {{ native_mrr }} * coalesce(fx_months.rate, 0) as mrr

    from item_periods

    inner join billing_customers
        on item_periods.billing_customer_id = billing_customers.billing_customer_id

    left join fx_months on item_periods.currency = fx_months.currency

    where
        item_periods.valid_from > {{ as_of_date() }}
        and (
            item_periods.evidence = 'period_row'
            or (
                item_periods.subscription_from > {{ as_of_date() }}
                and item_periods.valid_from = item_periods.item_from
            )
        )

),

next_starts as (

    select
        subscription_item_id,
        min(starts_date) as starts_date

    from future

    group by subscription_item_id

),

endings as (

    select
        live.subscription_item_id,
        live.subscription_id,
        live.account_id,
        {{ earliest(['live.scheduled_end_date', 'next_starts.starts_date']) }} as ends_date,
        live.mrr

    from live

    left join next_starts on live.subscription_item_id = next_starts.subscription_item_id

    union all

    select
        subscription_item_id,
        subscription_id,
        account_id,
        ends_date,
        mrr
    from future

)

select
    account_id,
    subscription_id,
    'signed' as component,
    starts_date as effective_date,
    {{ round_money('mrr', 2) }} as mrr_change

from future

where mrr > 0

union all

-- What ends on the day on which the next row of the same item begins is changed, not cancelled.
select
    endings.account_id,
    endings.subscription_id,
    case when future.starts_date is null then 'cancellation' else 'signed' end as component,
    endings.ends_date as effective_date,
    -{{ round_money('endings.mrr', 2) }} as mrr_change

from endings

left join future
    on
        endings.subscription_item_id = future.subscription_item_id
        and endings.ends_date = future.starts_date

where endings.ends_date is not null and endings.mrr > 0
