with

movements as (

    select * from {{ ref('int_revenue__account_movements') }}

),

account_days as (

    select
        account_id,
        change_date as from_date,
        lead(change_date) over (partition by account_id order by change_date) as to_date,
        closing_mrr

    from {{ ref('int_revenue__account_days') }}

),

months as (

    select * from {{ ref('int_revenue__months') }}

),

opened as (

    select
        account_days.account_id,
        months.month,
        account_days.closing_mrr as opening_mrr

    from account_days

    inner join months
        on
            account_days.from_date < months.month
            and (account_days.to_date is null or account_days.to_date >= months.month)

    where account_days.closing_mrr <> 0

),

moved as (

    select
        account_id,
        {%- for movement_type in mrr_movement_types() %}
        sum(case when movement_type = '{{ movement_type }}' then mrr_change else 0 end)
            as {{ movement_type }},
        {%- endfor %}
        cast({{ dbt.date_trunc('month', 'movement_date') }} as date) as month

    from movements

    group by account_id, cast({{ dbt.date_trunc('month', 'movement_date') }} as date)

),

combined as (

    select
        coalesce(opened.account_id, moved.account_id) as account_id,
        coalesce(opened.month, moved.month) as month,
        coalesce(opened.opening_mrr, 0) as opening_mrr,
        coalesce(moved.new, 0) as new_mrr,
        coalesce(moved.expansion, 0) as expansion_mrr,
        coalesce(moved.contraction, 0) as contraction_mrr,
        coalesce(moved.churn, 0) as churn_mrr,
        coalesce(moved.reactivation, 0) as reactivation_mrr,
        coalesce(moved.fx, 0) as fx_mrr,
        coalesce(moved.transfer_in, 0) + coalesce(moved.transfer_out, 0) as transfer_mrr

    from opened

    full join moved on opened.account_id = moved.account_id and opened.month = moved.month

)

select
    account_id,
    month,
    {%- for column in ['opening_mrr'] + mrr_movement_columns() %}
    cast({{ column }} as decimal(18, 2)) as {{ column }},
    {%- endfor %}
    cast(
        opening_mrr + {{ mrr_movement_columns() | join(' + ') }} as decimal(18, 2)
    ) as closing_mrr

from combined
