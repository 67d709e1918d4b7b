{# The windows of retention: month, quarter, and twelve months ending with each month. #}
with

months as (

    select
        month,
        next_month,
        end_date,
        {{ fiscal_quarter_start('month') }} as quarter_start

    from {{ ref('int_revenue__months') }}

),

windows as (

    select
        'month' as period_kind,
        month as period_start,
        month as last_month,
        next_month as period_end
    from months

    union all

    select
        'quarter' as period_kind,
        quarter_start as period_start,
        max(month) as last_month,
        cast({{ dbt.dateadd('month', 3, 'quarter_start') }} as date) as period_end

    from months

    group by quarter_start

    union all

    select
        'trailing_12_months' as period_kind,
        cast({{ dbt.dateadd('month', -11, 'month') }} as date) as period_start,
        month as last_month,
        next_month as period_end
    from months

)

select
    windows.period_kind,
    windows.period_start,
    windows.last_month,
    windows.period_end,
    months.end_date,
    {{ dbt.dateadd('day', 1, 'months.end_date') }} = windows.period_end as is_complete

from windows

inner join months on windows.last_month = months.month
