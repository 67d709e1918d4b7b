with

subscription_states as (

    select
        *,
        coalesce(
            lead(is_counted) over by_subscription
            and lead(from_date) over by_subscription = to_date,
            false
        ) as is_counted_next

    from {{ ref('int_billing__subscription_states') }}

    window by_subscription as (partition by subscription_id order by from_date)

),

invoice_versions as (

    select
        *,
        row_number()
            over (partition by invoice_id order by synced_at desc, version_id asc)
            as version_number

    from {{ ref('mem_stripe__invoices') }}

),

stops as (

    select
        subscription_id,
        to_date as stop_date,
        status,
        stopped_by

    from subscription_states

    where is_counted and to_date is not null and (stopped_by = 'ended' or not is_counted_next)

),

earlier_invoices as (

    select
        stops.subscription_id,
        stops.stop_date,
        invoice_versions.is_paid,
        row_number() over (
            partition by stops.subscription_id, stops.stop_date
            order by invoice_versions.created_at desc, invoice_versions.invoice_id desc
        ) as invoice_number

    from stops

    inner join invoice_versions
        on
            stops.subscription_id = invoice_versions.subscription_id
            and {{ reporting_day('invoice_versions.created_at') }} < stops.stop_date

    where
        invoice_versions.version_number = 1
        and not invoice_versions.is_deleted
        and invoice_versions.status <> 'void'
        and stops.status = 'past_due'

)

select
    stops.subscription_id,
    stops.stop_date,
    case
        when stops.stopped_by = 'unpaid' then 'status_unpaid'
        when stops.status = 'past_due' and not coalesce(earlier_invoices.is_paid, true)
            then 'past_due_unpaid'
        when stops.stopped_by in ('ended', 'canceled') then 'cancelled'
        when stops.stopped_by = 'grace_over' then 'grace_over'
        -- A status that counts follows: only its collection is paused.
        when stops.stopped_by in ('paused', 'active', 'past_due') then 'paused'
        else 'status_other'
    end as stop_detail,
    stops.stopped_by = 'unpaid'
    or (stops.status = 'past_due' and not coalesce(earlier_invoices.is_paid, true))
        as is_involuntary

from stops

left join earlier_invoices
    on
        stops.subscription_id = earlier_invoices.subscription_id
        and stops.stop_date = earlier_invoices.stop_date
        and earlier_invoices.invoice_number = 1
