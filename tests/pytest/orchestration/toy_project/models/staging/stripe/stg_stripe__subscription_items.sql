select
    id,
    try_cast(quantity as bigint) as quantity,
    try_cast(amount as bigint) as amount,
    _fivetran_synced as synced_at

from {{ source('stripe', 'subscription_item') }}
