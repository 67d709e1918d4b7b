with

lines as (

    select * from {{ ref('fct_mrr_reconciliation_lines') }}

)

select
    account_id,
    {%- for column, condition in {
        'mrr_amount': "step = 'mrr'",
        'service_amount': "step in ('mrr', 'service')",
        'invoiced_amount': "step in ('mrr', 'service', 'invoice')",
        'settled_amount': '1 = 1',
    }.items() %}
    cast(sum(case when {{ condition }} then amount else 0 end) as decimal(18, 2)) as {{ column }},
    {%- endfor %}
    {%- for class in reconciliation_classes() %}
    cast(sum(case when difference_class = '{{ class }}' then amount else 0 end) as decimal(18, 2))
        as {{ class }}_amount,
    {%- endfor %}
    cast(
        sum(case when difference_class = 'unexplained' then abs(amount) else 0 end) as decimal(
            18, 2
        )
    ) as unexplained_gross_amount,
    month

from lines

group by account_id, month
