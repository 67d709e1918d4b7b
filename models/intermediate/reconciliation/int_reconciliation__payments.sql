with

charges as (

    select * from {{ ref('stg_stripe__charges') }}
    where is_current and status = 'succeeded' and is_captured

),

refunds as (

    select * from {{ ref('stg_stripe__refunds') }}
    where is_current and coalesce(status, 'succeeded') not in ('failed', 'canceled')

),

credit_notes as (

    select * from {{ ref('stg_stripe__credit_notes') }}
    where is_current and coalesce(status, 'issued') <> 'void' and voided_at is null

),

movements as (

    select
        invoice_id,
        amount_minor as charged_minor,
        0 as refunded_minor,
        0 as credited_before_minor,
        0 as credited_after_minor

    from charges

    union all

    select
        charges.invoice_id,
        0 as charged_minor,
        refunds.amount_minor as refunded_minor,
        0 as credited_before_minor,
        0 as credited_after_minor

    from refunds

    inner join charges on refunds.charge_id = charges.charge_id

    union all

    -- A note that a refund pays out is that refund's money.
    select
        credit_notes.invoice_id,
        0 as charged_minor,
        0 as refunded_minor,
        case
            when credit_notes.credit_note_type = 'pre_payment' then credit_notes.amount_minor else 0
        end as credited_before_minor,
        case
            when credit_notes.credit_note_type = 'pre_payment' then 0 else credit_notes.amount_minor
        end as credited_after_minor

    from credit_notes

    left join refunds on credit_notes.refund_id = refunds.refund_id

    where refunds.refund_id is null

)

select
    invoice_id,
    sum(charged_minor) as charged_minor,
    sum(refunded_minor) as refunded_minor,
    sum(credited_before_minor) as credited_before_minor,
    sum(credited_after_minor) as credited_after_minor

from movements

where invoice_id is not null

group by invoice_id
