with

parts as (

    select * from {{ ref('fct_committed_mrr') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

segmented as (
    {% for kind, value in {'all': "'all'", 'size_tier': 'accounts.size_tier'}.items() %}
    select
        '{{ kind }}' as segment_kind,
        {{ value }} as segment_value,
        parts.*
    from parts

    inner join accounts on parts.account_id = accounts.account_id
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

sums as (

    select
        segment_kind,
        segment_value,
        count(distinct account_id) as account_count,
        sum(case when component = 'live' then mrr_change else 0 end) as live_mrr,
        sum(case when component = 'signed' then mrr_change else 0 end) as signed_mrr,
        sum(case when component = 'cancellation' then mrr_change else 0 end) as cancellation_mrr,
        sum(mrr_change) as committed_mrr

    from segmented

    group by segment_kind, segment_value

)

select
    segment_kind,
    segment_value,
    cast(live_mrr as decimal(18, 2)) as live_mrr,
    cast(signed_mrr as decimal(18, 2)) as signed_mrr,
    cast(cancellation_mrr as decimal(18, 2)) as cancellation_mrr,
    cast(committed_mrr as decimal(18, 2)) as committed_mrr,
    cast(account_count as bigint) as account_count,
    {{ as_of_date() }} as as_of_date

from sums
