{# The last twelve complete months end before this day. #}
{% set end_date = dbt.date_trunc('month', dbt.dateadd('day', 1, as_of_date())) %}

with

lifetime_segments as (

    select * from {{ ref('int_revenue__lifetime_segments') }}

),

acquisition_costs as (

    select * from {{ reference('acquisition_costs') }}

),

won as (

    select
        segment_kind,
        segment_value,
        count(*) as new_accounts

    from lifetime_segments

    where
        cohort_month >= {{ dbt.dateadd('month', -12, end_date) }}
        and cohort_month < {{ end_date }}

    group by segment_kind, segment_value

),

costs as (

    select
        segment_kind,
        segment_value,
        sum(amount) as acquisition_cost

    from acquisition_costs

    where
        month >= {{ dbt.dateadd('month', -12, end_date) }}
        and month < {{ end_date }}

    group by segment_kind, segment_value

)

select
    coalesce(won.segment_kind, costs.segment_kind) as segment_kind,
    coalesce(won.segment_value, costs.segment_value) as segment_value,
    coalesce(won.new_accounts, 0) as new_accounts,
    costs.acquisition_cost

from won

full join costs
    on won.segment_kind = costs.segment_kind and won.segment_value = costs.segment_value
