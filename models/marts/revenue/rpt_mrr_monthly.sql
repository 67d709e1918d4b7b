with

account_months as (

    select * from {{ ref('fct_account_months') }}

),

retention as (

    select * from {{ ref('int_revenue__account_window_retention') }}

    where period_kind = 'month'

),

months as (

    select * from {{ ref('int_revenue__months') }}

),

segmented as (
    {{ by_segment('account_months') }}
),

sums as (

    select
        segmented.month,
        segmented.segment_kind,
        segmented.segment_value,
        sum(segmented.opening_mrr) as members_opening_mrr,
        {%- for column in mrr_movement_columns() %}
        sum(segmented.{{ column }}) as {{ column }},
        {%- endfor %}
        sum(segmented.closing_mrr) as closing_mrr,
        count(case when segmented.closing_mrr > 0 then 1 end) as paying_accounts,
        sum(retention.base_opening_mrr) as base_opening_mrr,
        sum(retention.base_closing_mrr) as base_closing_mrr,
        sum(least(retention.base_closing_mrr, retention.base_opening_mrr)) as base_capped_mrr,
        count(retention.account_id) as base_accounts,
        count(case when retention.base_closing_mrr > 0 then 1 end) as retained_accounts

    from segmented

    left join retention
        on
            segmented.account_id = retention.account_id
            and segmented.month = retention.period_start

    group by segmented.month, segmented.segment_kind, segmented.segment_value

),

-- A segment that all have left has one last row, which takes up its closing of the month before.
keys as (

    select
        month,
        segment_kind,
        segment_value
    from sums

    union

    select
        months.next_month as month,
        sums.segment_kind,
        sums.segment_value

    from sums

    inner join months on sums.month = months.month

    inner join months as later on months.next_month = later.month

    where sums.closing_mrr <> 0

),

chained as (

    select
        keys.month,
        keys.segment_kind,
        keys.segment_value,
        coalesce(earlier.closing_mrr, 0) as opening_mrr,
        coalesce(sums.members_opening_mrr, 0) - coalesce(earlier.closing_mrr, 0) as reclass_mrr,
        {%- for column in mrr_movement_columns() %}
        coalesce(sums.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        coalesce(sums.closing_mrr, 0) as closing_mrr,
        coalesce(sums.paying_accounts, 0) as paying_accounts,
        sums.base_opening_mrr,
        sums.base_closing_mrr,
        sums.base_capped_mrr,
        coalesce(sums.base_accounts, 0) as base_accounts,
        coalesce(sums.retained_accounts, 0) as retained_accounts

    from keys

    left join sums
        on
            keys.month = sums.month
            and keys.segment_kind = sums.segment_kind
            and keys.segment_value = sums.segment_value

    left join months on keys.month = months.next_month

    left join sums as earlier
        on
            months.month = earlier.month
            and keys.segment_kind = earlier.segment_kind
            and keys.segment_value = earlier.segment_value

)

select
    segment_kind,
    segment_value,
    {%- for column in ['opening_mrr', 'reclass_mrr'] + mrr_movement_columns() + ['closing_mrr'] %}
    cast({{ column }} as decimal(18, 2)) as {{ column }},
    {%- endfor %}
    cast(12 * closing_mrr as decimal(18, 2)) as closing_arr,
    cast(base_closing_mrr as double) / nullif(cast(base_opening_mrr as double), 0) as nrr,
    cast(base_capped_mrr as double) / nullif(cast(base_opening_mrr as double), 0) as grr,
    cast(retained_accounts as double) / nullif(base_accounts, 0) as logo_retention,
    cast(new_mrr + expansion_mrr + reactivation_mrr as double)
    / nullif(cast(-(contraction_mrr + churn_mrr) as double), 0) as quick_ratio,
    cast(paying_accounts as bigint) as paying_accounts,
    month

from chained
