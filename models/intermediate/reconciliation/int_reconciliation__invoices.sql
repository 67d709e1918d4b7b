with

-- What the connector holds today: an invoice that it has lost is an invoice that is missing.
landed as (

    select * from {{ ref('stg_stripe__invoices') }}
    where is_current

),

billing_customers as (

    select * from {{ ref('int_accounts__billing_customers') }}

),

currencies as (

    select
        lower(currency) as currency,
        minor_unit_digits

    from {{ reference('currencies') }}

),

fx_months as (

    select * from {{ ref('int_revenue__fx_months') }}

),

dated as (

    select
        landed.*,
        {{ reporting_day('landed.created_at') }} as issued_date,
        cast({{ dbt.date_trunc('month', reporting_day('landed.created_at')) }} as date)
            as issued_month

    from landed

),

with_units as (

    select
        dated.*,
        billing_customers.account_id,
        1 / power(10, currencies.minor_unit_digits) as minor_unit,
        coalesce(
            fx_months.rate,
            case when dated.currency = '{{ var("reporting_currency") | lower }}' then 1 end,
            -- A currency without MRR in a month needs no rate there; the run is refused for others.
            0
        ) as issued_rate

    from dated

    inner join billing_customers
        on dated.billing_customer_id = billing_customers.billing_customer_id

    inner join currencies on dated.currency = currencies.currency

    left join fx_months
        on dated.issued_month = fx_months.month and dated.currency = fx_months.currency

    where not billing_customers.is_internal and dated.issued_date <= {{ as_of_date() }}

)

select
    invoice_id,
    account_id,
    charge_id,
    currency,
    -- What is void or deleted was never owed; its lines only say what was taken back.
    status <> 'void' and not is_deleted as is_valid,
    created_at as invoiced_at,
    issued_date,
    issued_month,
    issued_rate,
    minor_unit,
    subtotal_minor * minor_unit as subtotal,
    coalesce(tax_minor, 0) * minor_unit as tax,
    total_minor * minor_unit as total,
    coalesce(amount_paid_minor, case when is_paid then greatest(total_minor, 0) else 0 end)
    * minor_unit as amount_paid,
    coalesce(amount_remaining_minor, case when is_paid then 0 else greatest(total_minor, 0) end)
    * minor_unit as amount_open,
    -- A total below zero goes to the customer's balance, and later invoices draw on it.
    case
        when total_minor < 0 then total_minor
        else greatest(coalesce(ending_balance_minor - starting_balance_minor, 0), 0)
    end * minor_unit as balance_used

from with_units
