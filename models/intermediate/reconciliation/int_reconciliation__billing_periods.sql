{# The billed periods of a subscription by interval, and the gaps before, between and after them, so
   that every day has a period. A gap is as many whole periods as fit into it. #}
{% set full_days = dbt.datediff('periods.full_from_date', 'periods.to_date', 'day') %}
{% set line_days = dbt.datediff('periods.from_date', 'periods.to_date', 'day') %}
{% set gap_days = dbt.datediff('chained.to_date', 'chained.next_from_date', 'day') %}
{% set key = 'subscription_id, billing_interval, interval_count' %}

with

lines as (

    select
        *,
        {{ period_before('period_ends_at', 'billing_interval', 'interval_count') }} as full_start_at

    from {{ ref('int_reconciliation__lines') }}

    -- A void invoice still says how its subscription is billed.
    where line_kind = 'regular'

),

periods as (

    select
        {{ key }},
        from_date,
        max(period_starts_at) as period_starts_at,
        max(period_ends_at) as period_ends_at,
        max(to_date) as to_date,
        {{ reporting_day('max(full_start_at)') }} as full_from_date

    from lines

    group by {{ key }}, from_date

),

chained as (

    select
        periods.*,
        lead(periods.from_date) over by_key as next_from_date,
        row_number() over by_key as period_number,
        -- A first period cut short by an anchor is billed in part: its interval is longer.
        case
            when
                {{ line_days }} < 0.9 * {{ full_days }}
                then {{ full_days }}
            else {{ line_days }}
        end as interval_days

    from periods

    window by_key as (
        partition by periods.subscription_id, periods.billing_interval, periods.interval_count
        order by periods.from_date
    )

),

billed as (

    select
        {{ key }},
        from_date,
        {{ earliest(['to_date', 'next_from_date']) }} as ends_date,
        to_date,
        period_starts_at,
        period_ends_at,
        interval_days,
        true as is_billed,
        true as is_due

    from chained

),

gap_lengths as (

    select
        chained.*,
        cast({{ gap_days }} as double) as gap_days

    from chained

    where chained.next_from_date is null or chained.next_from_date > chained.to_date

),

gaps as (

    select
        {{ key }},
        to_date as from_date,
        coalesce(next_from_date, {{ far_date() }}) as ends_date,
        coalesce(next_from_date, {{ far_date() }}) as to_date,
        cast(null as timestamp) as period_starts_at,
        cast(null as timestamp) as period_ends_at,
        coalesce(gap_days / greatest(round(gap_days / interval_days), 1), interval_days)
            as interval_days,
        false as is_billed,
        -- A gap shorter than an interval is no missing invoice: billing began anew after it.
        coalesce(gap_days >= 0.85 * interval_days, true) as is_due

    from gap_lengths

),

before as (

    select
        {{ key }},
        cast('1900-01-01' as date) as from_date,
        from_date as ends_date,
        from_date as to_date,
        cast(null as timestamp) as period_starts_at,
        cast(null as timestamp) as period_ends_at,
        interval_days,
        false as is_billed,
        true as is_due

    from chained

    where period_number = 1

),

final as (

    select * from billed

    union all

    select * from gaps

    union all

    select * from before

)

select * from final
