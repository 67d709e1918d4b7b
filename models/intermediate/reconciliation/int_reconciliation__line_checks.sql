{# Each recurring line held against the catalogue: price x quantity, of prorations the share of time
   that is left, by the second as the billing system counts it, and by the day as MRR does. #}
{% set left_seconds = dbt.datediff('lines.period_starts_at', 'lines.period_ends_at', 'second') %}
{% set full_seconds =
    dbt.datediff('periods.period_starts_at', 'periods.period_ends_at', 'second') %}
{% set days = dbt.datediff('lines.from_date', 'lines.to_date', 'day') %}

with

lines as (

    select * from {{ ref('int_reconciliation__lines') }}
    where line_kind in ('regular', 'proration')

),

periods as (

    select * from {{ ref('int_reconciliation__billing_periods') }}
    where is_billed

),

ends as (

    select
        *,
        row_number() over (
            partition by subscription_id, billing_interval, interval_count, period_ends_at
            order by from_date
        ) as end_number

    from periods

),

computed as (

    select
        lines.*,
        periods.from_date as period_from_date,
        case
            when lines.amount < 0 then -1
            else 1
        end * lines.catalogue_amount as signed_catalogue_amount,
        case
            when lines.line_kind = 'regular' then {{ days }} / periods.interval_days
            else
                cast({{ left_seconds }} as double) / nullif({{ full_seconds }}, 0)
        end as interval_share,
        {{ days }} / periods.interval_days as share_by_days,
        -- Of lines of one kind at one moment the first one settles the change.
        row_number() over (
            partition by
                lines.subscription_item_id,
                lines.line_kind,
                lines.is_valid,
                lines.period_starts_at,
                sign(lines.amount)
            order by lines.invoiced_at, lines.invoice_id, lines.invoice_line_id
        ) as moment_number

    from lines

    left join ends as periods
        on
            lines.subscription_id = periods.subscription_id
            and lines.billing_interval = periods.billing_interval
            and lines.interval_count = periods.interval_count
            and lines.period_ends_at = periods.period_ends_at
            and periods.end_number = 1

),

checked as (

    select
        *,
        coalesce(signed_catalogue_amount * interval_share, amount) as due_amount,
        coalesce(
            case when amount <> 0 then signed_catalogue_amount end * share_by_days, amount
        ) as due_amount_by_days

    from computed

)

select
    *,
    -- Within one minor unit a line is right.
    abs(amount - due_amount) <= 1.01 * minor_unit as is_right

from checked
