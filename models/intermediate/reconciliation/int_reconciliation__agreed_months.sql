{% set starts_date = 'greatest(agreed_spans.from_date, months.month)' %}
{% set stops_date = 'least(agreed_spans.to_date, months.served_to_date)' %}
{% set days = dbt.datediff(starts_date, stops_date, 'day') %}
{% set month_days = dbt.datediff('months.month', 'months.next_month', 'day') %}

with

agreed_spans as (

    select * from {{ ref('int_reconciliation__agreed_spans') }}

),

months as (

    select
        *,
        cast({{ dbt.dateadd('day', 1, 'end_date') }} as date) as served_to_date

    from {{ ref('int_revenue__months') }}

),

invoiced_through as (

    select max({{ reporting_day('synced_at') }}) as invoiced_through_date

    from {{ ref('stg_stripe__invoices') }}

),

shares as (

    select
        agreed_spans.*,
        months.month,
        cast({{ days }} as double)
        / {{ month_days }}
            as month_share,
        cast({{ days }} as double)
        / agreed_spans.interval_days as interval_share,
        -- Usage is billed as usage; the latest renewals may not have been synced yet.
        agreed_spans.is_due
        and not agreed_spans.is_metered
        and not agreed_spans.is_unprorated_start
        and (
            agreed_spans.is_billed
            or agreed_spans.period_from_date is null
            or agreed_spans.period_from_date < invoiced_through.invoiced_through_date
        ) as is_expected

    from agreed_spans

    inner join months
        on
            agreed_spans.from_date < months.served_to_date
            and months.month < agreed_spans.to_date

    cross join invoiced_through

)

select
    account_id,
    subscription_item_id,
    month,
    case
        when is_metered then 'usage'
        when is_unprorated_start then 'proration'
        else 'timing'
    end as difference_class,
    mrr * month_share as mrr_amount,
    -- A price by the days of its interval, not by twelfths of a year.
    case
        when is_expected
            then coalesce(interval_amount * interval_share, gross_mrr * month_share) * fx_rate
        else 0
    end as gross_amount,
    case
        when is_expected
            then coalesce(interval_net_amount * interval_share, net_mrr * month_share) * fx_rate
        else 0
    end as net_amount

from shares
