{# Cents: what is left of an item's month after all that is known is unexplained. Halves of cents
   that rounding each amount leaves go with timing. #}
{% set classes = ['proration', 'discount', 'credit', 'unpaid', 'usage'] %}
{% set known = ['mrr', 'timing'] + classes %}

with

service_months as (

    select * from {{ ref('int_reconciliation__service_months') }}

),

month_amounts as (

    select
        account_id,
        subscription_item_id,
        month,
    {%- for class in known + ['invoiced', 'invoiced_at_issue'] %}
    sum(case when difference_class = '{{ class }}' then amount else 0 end) as {{ class }}_amount
    {{- ',' if not loop.last }}
    {%- endfor %}

    from service_months

    group by account_id, subscription_item_id, month

),

remainders as (

    select
        *,
        invoiced_amount
        - ({{ known | join('_amount + ') }}_amount) as rest_amount

    from month_amounts

),

rounded as (

    select
        account_id,
        subscription_item_id,
        month,
        {%- for class in ['mrr', 'invoiced', 'invoiced_at_issue'] + classes %}
        {%- set column = class ~ '_amount' %}
        {{ round_money(column, 2) }} as {{ column }},
        {%- endfor %}
        {{ round_money('rest_amount', 2) }} as unexplained_amount

    from remainders

),

balanced as (

    select
        *,
        invoiced_amount
        - mrr_amount
        - unexplained_amount
        - ({{ classes | join('_amount + ') }}_amount)
            as timing_amount

    from rounded

),

lines as (

    select
        account_id,
        subscription_item_id,
        month,
        'mrr' as step,
        'mrr' as difference_class,
        mrr_amount as amount

    from balanced
    {% for class in classes + ['timing', 'unexplained'] %}
    union all

    select
        account_id,
        subscription_item_id,
        month,
        'service' as step,
        '{{ class }}' as difference_class,
        {{ class }}_amount as amount

    from balanced
    {% endfor %}
    union all

    -- From the month of service to the month of the invoice, at the invoice's rate.
    select
        account_id,
        subscription_item_id,
        month,
        'invoice' as step,
        'timing' as difference_class,
        -invoiced_at_issue_amount as amount

    from balanced

    union all

    select
        account_id,
        subscription_item_id,
        month,
        'invoice' as step,
        'fx' as difference_class,
        invoiced_at_issue_amount - invoiced_amount as amount

    from balanced

)

select * from lines
where amount <> 0
