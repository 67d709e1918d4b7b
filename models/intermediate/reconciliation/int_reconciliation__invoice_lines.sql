{# Cents of invoices, as int_reconciliation__service_lines has those of service. #}
{% set billed = ['usage', 'one_off', 'tax', 'discount'] %}
{% set settled = ['unpaid', 'credit'] %}

with

invoice_amounts as (

    select * from {{ ref('int_reconciliation__invoice_amounts') }}

),

remainders as (

    select
        *,
        invoiced_amount
        - (
            recurring_amount
            + {{ billed | join('_amount + ') }}_amount
        )
            as billed_remainder,
        settled_amount
        - (
            invoiced_amount
            + {{ settled | join('_amount + ') }}_amount
        )
            as settled_remainder

    from invoice_amounts

),

rounded as (

    select
        invoice_id,
        account_id,
        month,
        {%- for class in billed + settled + ['invoiced', 'settled'] %}
        {{ round_money(class ~ '_amount * issued_rate', 2) }} as {{ class }}_amount,
        {%- endfor %}
        {{ round_money('billed_remainder * issued_rate', 2) }} as billed_remainder,
        {{ round_money('settled_remainder * issued_rate', 2) }} as settled_remainder

    from remainders

),

balanced as (

    select
        *,
        invoiced_amount
        - billed_remainder
        - ({{ billed | join('_amount + ') }}_amount)
            as issued_amount,
        settled_amount
        - invoiced_amount
        - settled_remainder
        - ({{ settled | join('_amount + ') }}_amount)
            as settled_cents

    from rounded

),

lines as (
    {% for step, class, column in [
        ('invoice', 'timing', 'issued_amount'),
        ('invoice', 'usage', 'usage_amount'),
        ('invoice', 'one_off', 'one_off_amount'),
        ('invoice', 'tax', 'tax_amount'),
        ('invoice', 'discount', 'discount_amount'),
        ('invoice', 'unexplained', 'billed_remainder'),
        ('payment', 'unpaid', 'unpaid_amount'),
        ('payment', 'credit', 'credit_amount'),
        ('payment', 'timing', 'settled_cents'),
        ('payment', 'unexplained', 'settled_remainder'),
    ] %}
    select
        account_id,
        invoice_id,
        month,
        '{{ step }}' as step,
        '{{ class }}' as difference_class,
        {{ column }} as amount

    from balanced
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from lines
where amount <> 0
