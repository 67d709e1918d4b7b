with

renewals as (

    select * from {{ ref('fct_renewals') }}

),

windows as (

    select * from {{ ref('int_revenue__windows') }}

    where period_kind in ('month', 'quarter')

),

segmented as (
    {% for kind in ['all', 'size_tier', 'plan', 'csm', 'region'] %}
    select
        '{{ kind }}' as segment_kind,
        {{ revenue_segments()[kind] }} as segment_value,
        renewals.*
    from renewals
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- An open term is neither renewed nor lost: it stands in columns of its own.
sums as (

    select
        windows.period_kind,
        windows.period_start,
        windows.period_end,
        segmented.segment_kind,
        segmented.segment_value,
        count(case when segmented.outcome <> 'open' then 1 end) as terms_due,
        count(case when segmented.outcome = 'open' then 1 end) as terms_open,
        count(case when segmented.days_late = 0 then 1 end) as terms_renewed_on_time,
        count(case when segmented.outcome = 'renewed' then 1 end) as terms_renewed_30_days,
        count(case when segmented.outcome in ('renewed', 'late') then 1 end)
            as terms_renewed_90_days,
        sum(case when segmented.outcome <> 'open' then segmented.mrr_due else 0 end) as mrr_due,
        sum(case when segmented.outcome = 'open' then segmented.mrr_due else 0 end) as mrr_open,
        sum(case when segmented.days_late = 0 then segmented.mrr_renewed else 0 end)
            as mrr_renewed_on_time,
        sum(case when segmented.outcome = 'renewed' then segmented.mrr_renewed else 0 end)
            as mrr_renewed_30_days,
        sum(segmented.mrr_renewed) as mrr_renewed_90_days

    from segmented

    inner join windows
        on
            windows.period_start <= segmented.due_date
            and segmented.due_date < windows.period_end

    group by
        windows.period_kind,
        windows.period_start,
        windows.period_end,
        segmented.segment_kind,
        segmented.segment_value

)

select
    period_kind,
    period_start,
    cast({{ dbt.dateadd('day', -1, 'period_end') }} as date) as period_end_date,
    {{ dbt.dateadd('day', -1, 'period_end') }} <= {{ as_of_date() }} as is_complete,
    -- The last term of the period may come back for so long.
    {{ dbt.dateadd('day', var('renewal_late_days') - 1, 'period_end') }} <= {{ as_of_date() }}
        as is_final,
    segment_kind,
    segment_value,
    {%- for reach in ['on_time', '30_days', '90_days'] %}
    cast(terms_renewed_{{ reach }} as double) / nullif(terms_due, 0) as renewal_rate_{{ reach }},
    cast(mrr_renewed_{{ reach }} as double)
    / nullif(cast(mrr_due as double), 0) as mrr_renewal_rate_{{ reach }},
    {%- endfor %}
    {%- for column in ['due', 'open', 'renewed_on_time', 'renewed_30_days'] %}
    cast(terms_{{ column }} as bigint) as terms_{{ column }},
    cast(mrr_{{ column }} as decimal(18, 2)) as mrr_{{ column }},
    {%- endfor %}
    cast(terms_renewed_90_days as bigint) as terms_renewed_90_days,
    cast(mrr_renewed_90_days as decimal(18, 2)) as mrr_renewed_90_days

from sums
