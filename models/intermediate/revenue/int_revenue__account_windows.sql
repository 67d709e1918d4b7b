{# Sums of an account's movements by window, one row where it has MRR or a movement in it. The
   twelve months ending with each month are a sliding frame over the account's own months, which
   grows with them; joined to their windows they would be twelve times as many. A view, for one model
   sums its rows at once. #}
{{ config(materialized = 'view') }}
{% set movement_columns = mrr_movement_columns() %}

with

account_months as (

    select
        *,
        extract(year from month) * 12 + extract(month from month) as month_number,
        lead(month) over (partition by account_id order by month) as following_month

    from {{ ref('int_revenue__account_months') }}

),

months as (

    select * from {{ ref('int_revenue__months') }}

),

-- An account that stopped is still in the windows that end up to eleven months later.
silent_months as (

    select
        account_months.account_id,
        months.month

    from account_months

    inner join months
        on
            account_months.month < months.month
            and {{ dbt.dateadd('month', 12, 'account_months.month') }} > months.month

    where
        (
            account_months.following_month is null
            or account_months.following_month
            > {{ dbt.dateadd('month', 1, 'account_months.month') }}
        )
        and months.month
        < coalesce(account_months.following_month, {{ far_date() }})

),

spread as (

    select
        account_id,
        month as last_month,
        month as own_month,
        month_number,
        {%- for column in movement_columns %}
        {{ column }},
        {%- endfor %}
        closing_mrr
    from account_months

    union all

    select
        account_id,
        month as last_month,
        cast(null as date) as own_month,
        extract(year from month) * 12 + extract(month from month) as month_number,
        {%- for column in movement_columns %}
        0 as {{ column }},
        {%- endfor %}
        0 as closing_mrr
    from silent_months

),

windows as (

    select
        'month' as period_kind,
        month as period_start,
        account_id,
        month as first_month,
        {%- for column in movement_columns %}
        {{ column }},
        {%- endfor %}
        closing_mrr
    from account_months

    union all

    select
        'quarter' as period_kind,
        {{ fiscal_quarter_start('month') }} as period_start,
        account_id,
        min(month) as first_month,
        {%- for column in movement_columns %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        {{ arg_max('closing_mrr', 'month') }} as closing_mrr
    from account_months

    group by account_id, {{ fiscal_quarter_start('month') }}

    union all

    select
        'trailing_12_months' as period_kind,
        cast({{ dbt.dateadd('month', -11, 'last_month') }} as date) as period_start,
        account_id,
        min(own_month) over twelve_months as first_month,
        {%- for column in movement_columns %}
        sum({{ column }}) over twelve_months as {{ column }},
        {%- endfor %}
        closing_mrr
    from spread

    window twelve_months as (
        partition by account_id
        order by month_number range between 11 preceding and current row
    )

)

select
    *,
    -- What an account had at the opening is what it has now less what moved since.
    closing_mrr - ({{ movement_columns | join(' + ') }}) as opening_mrr

from windows
