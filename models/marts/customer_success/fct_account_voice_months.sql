{% set window_start = dbt.dateadd('day', 1 - var('voice_window_days'), 'months.end_date') %}
{% set kinds = revenue_segments() | reject('equalto', 'all') | list %}
{% set counts = voice_counts() %}
with

signals as (

    select * from {{ ref('int_voice__month_signals') }}

),

months as (

    select * from {{ ref('int_revenue__months') }}

),

accounts as (

    select * from {{ ref('int_accounts__accounts') }}

),

account_months as (

    select * from {{ ref('fct_account_months') }}

),

sums as (

    select
        account_id,
        {%- for column in counts %}
        coalesce(sum({{ column }}), 0) as {{ column }},
        {%- endfor %}
        month

    from signals

    group by account_id, month

),

-- A window of several months has the segments of the first of them in which the account paid.
placed as (

    select
        sums.*,
        {%- for kind in kinds %}
        coalesce(account_months.{{ kind }}, 'none') as {{ kind }},
        {%- endfor %}
        row_number() over (
            partition by sums.account_id, sums.month order by account_months.month
        ) as month_number

    from sums

    inner join months on sums.month = months.month

    left join account_months
        on
            sums.account_id = account_months.account_id
            and {{ dbt.date_trunc('month', window_start) }} <= account_months.month
            and account_months.month <= months.month

)

select
    placed.account_id,
    {%- for kind in kinds %}
    placed.{{ kind }},
    {%- endfor %}
    {%- for column in counts %}
    cast(placed.{{ column }} as bigint) as {{ column }},
    {%- endfor %}
    placed.month

from placed

left join accounts on placed.account_id = accounts.account_id

where placed.month_number = 1 and not coalesce(accounts.is_internal, false)
