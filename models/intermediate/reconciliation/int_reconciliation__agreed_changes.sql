{# What an item's change inside a billed period is worth until its end: what proration lines would
   have settled. A change where a period begins is billed by its line. #}
with

steps as (

    select * from {{ ref('int_reconciliation__agreed_steps') }}

),

billing_periods as (

    select * from {{ ref('int_reconciliation__billing_periods') }}
    where is_billed

),

subscription_states as (

    select * from {{ ref('int_billing__subscription_states') }}

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
