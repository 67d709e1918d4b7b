-- Refunds of more than a charge took, or of more than a charge that was synced after them says it
-- gave back, are one refund counted twice: settled money would be too low.
with

refunds as (

    select
        charge_id,
        sum(amount_minor) as refunded_minor,
        max(synced_at) as synced_at

    from {{ ref('stg_stripe__refunds') }}

    where is_current and coalesce(status, 'succeeded') not in ('failed', 'canceled')

    group by charge_id

),

charges as (

    select * from {{ ref('stg_stripe__charges') }}
    where is_current

)

select
    charges.charge_id,
    charges.amount_minor,
    charges.amount_refunded_minor,
    refunds.refunded_minor

from refunds

inner join charges on refunds.charge_id = charges.charge_id

where
    refunds.refunded_minor > charges.amount_minor
    or (
        refunds.refunded_minor > charges.amount_refunded_minor
        and cast(charges.synced_at as date) >= cast(refunds.synced_at as date)
    )
