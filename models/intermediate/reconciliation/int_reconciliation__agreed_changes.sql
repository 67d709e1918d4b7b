{# What an item's change inside a billed period is worth until its end: what proration lines would
   have settled. A change where a period begins is billed by its line. #}
with

item_periods as (

    select
        item_periods.*,
        item_periods.gross_mrr / prices.per_month as interval_amount

    from {{ ref('int_revenue__item_periods') }} as item_periods

    inner join {{ ref('int_billing__prices') }} as prices
        on item_periods.price_id = prices.price_id

    where not prices.is_metered and item_periods.gross_mrr <> 0

),

billing_periods as (

    select * from {{ ref('int_reconciliation__billing_periods') }}
    where is_billed

),

subscription_states as (

    select * from {{ ref('int_billing__subscription_states') }}

),

steps as (

    select
        subscription_item_id,
        subscription_id,
        currency,
        billing_interval,
        interval_count,
        valid_from as change_date,
        interval_amount as amount,
        true as is_start

    from item_periods

    union all

    select
        subscription_item_id,
        subscription_id,
        currency,
        billing_interval,
        interval_count,
        valid_to as change_date,
        -interval_amount as amount,
        false as is_start

    from item_periods

    where valid_to is not null

    union all

    -- A period that gives way to the next one before its end gives back the rest of what goes on.
    select
        item_periods.subscription_item_id,
        item_periods.subscription_id,
        item_periods.currency,
        item_periods.billing_interval,
        item_periods.interval_count,
        billing_periods.ends_date as change_date,
        -item_periods.interval_amount as amount,
        false as is_start

    from item_periods

    inner join billing_periods
        on
            item_periods.subscription_id = billing_periods.subscription_id
            and item_periods.billing_interval = billing_periods.billing_interval
            and item_periods.interval_count = billing_periods.interval_count
            and item_periods.valid_from < billing_periods.ends_date

    where
        billing_periods.ends_date < billing_periods.to_date
        and coalesce(item_periods.valid_to, cast('9999-12-31' as date)) > billing_periods.ends_date

),

-- Days on which the status, and not the agreement, starts or stops the MRR.
status_days as (

    select
        subscription_id,
        from_date as status_date

    from subscription_states

    where not is_counted

    union

    select
        subscription_id,
        to_date as status_date

    from subscription_states

    where to_date is not null and (not is_counted or stopped_by = 'grace_over')

),

changes as (

    select
        steps.subscription_item_id,
        steps.subscription_id,
        steps.currency,
        steps.change_date,
        billing_periods.to_date,
        sum(
            steps.amount
            * {{ dbt.datediff('steps.change_date', 'billing_periods.to_date', 'day') }}
            / billing_periods.interval_days
        ) as amount

    from steps

    inner join billing_periods
        on
            steps.subscription_id = billing_periods.subscription_id
            and steps.billing_interval = billing_periods.billing_interval
            and steps.interval_count = billing_periods.interval_count
            and billing_periods.from_date < steps.change_date
            and steps.change_date < billing_periods.to_date
            -- What starts where a period gives way to the next one is billed by that one's line;
            -- what ends there is not.
            and steps.change_date <= billing_periods.ends_date
            and (not steps.is_start or steps.change_date < billing_periods.ends_date)

    group by
        steps.subscription_item_id,
        steps.subscription_id,
        steps.currency,
        steps.change_date,
        billing_periods.to_date

)

select
    changes.*,
    status_days.status_date is not null as is_status_change

from changes

left join status_days
    on
        changes.subscription_id = status_days.subscription_id
        and changes.change_date = status_days.status_date
