{# Open on the day is what was neither paid, voided nor given up by then; what became of it without
   saying when was never open. #}
{% set days_overdue = dbt.datediff('invoices.due_date', 'score_days.score_date', 'day') %}
with

score_days as (

    select
        account_id,
        score_date
    from {{ ref('int_health__score_days') }}

),

billing_customers as (

    select * from {{ ref('int_accounts__billing_customers') }}

),

invoices as (

    select
        billing_customer_id,
        {{ reporting_day('created_at') }} as created_date,
        {{ reporting_day('coalesce(due_at, created_at)') }} as due_date,
        case
            when status = 'open' and not is_paid then {{ far_date() }}
            else {{ reporting_day('coalesce(paid_at, voided_at, uncollectible_at)') }}
        end as settled_date

    from {{ ref('stg_stripe__invoices') }}

    where is_current and not is_deleted and status <> 'draft'

)

select
    score_days.account_id,
    score_days.score_date,
    max({{ days_overdue }}) as days_overdue

from score_days

inner join billing_customers on score_days.account_id = billing_customers.account_id

inner join invoices
    on
        billing_customers.billing_customer_id = invoices.billing_customer_id
        and score_days.score_date >= invoices.created_date
        and score_days.score_date >= invoices.due_date
        and score_days.score_date < invoices.settled_date

-- Most are paid on the day; they are out before the join.
where invoices.settled_date > invoices.due_date

group by score_days.account_id, score_days.score_date
