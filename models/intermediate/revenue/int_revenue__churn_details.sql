{# Of several subscriptions that stop on one day the first of these speaks. #}
{% set stop_details = [
    'status_unpaid', 'past_due_unpaid', 'cancelled', 'grace_over', 'paused', 'status_other',
] %}

with

churns as (

    select * from {{ ref('int_revenue__account_movements') }}

    where movement_type = 'churn'

),

removed_items as (

    select * from {{ ref('int_revenue__item_changes') }}

    where change_cause = 'removed_item'

),

stops as (

    select
        subscription_id,
        stop_date,
        stop_detail
    from {{ ref('int_revenue__subscription_stops') }}

    union all

    select
        subscription_id,
        valid_to as stop_date,
        'cancelled' as stop_detail

    from {{ ref('int_billing__flat_periods') }}

    where valid_to = service_end_date

),

-- Without a stop the subscription goes on, but with nothing to pay.
stopped as (

    select
        removed_items.account_id,
        removed_items.change_date,
        coalesce(stops.stop_detail, 'items_removed') as stop_detail,
        row_number() over (
            partition by removed_items.account_id, removed_items.change_date
            order by case stops.stop_detail
                {%- for detail in stop_details %}
                when '{{ detail }}' then {{ loop.index }}
                {%- endfor %}
                else {{ stop_details | length + 1 }}
            end
        ) as stop_number

    from removed_items

    left join stops
        on
            removed_items.subscription_id = stops.subscription_id
            and removed_items.change_date = stops.stop_date

),

lost_renewals as (

    select
        churns.account_id,
        churns.movement_date,
        lost_renewals.churn_detail,
        row_number() over (
            partition by churns.account_id, churns.movement_date
            order by
                abs({{ dbt.datediff('lost_renewals.close_date', 'churns.movement_date', 'day') }}),
                lost_renewals.close_date,
                lost_renewals.opportunity_id
        ) as renewal_number

    from churns

    inner join {{ ref('int_accounts__lost_renewals') }} as lost_renewals
        on churns.account_id = lost_renewals.account_id

    where
        abs({{ dbt.datediff('lost_renewals.close_date', 'churns.movement_date', 'day') }})
        <= {{ var('churn_loss_reason_window_days') }}

)

select
    churns.account_id,
    churns.movement_date,
    churns.churn_reason,
    -- Money that did not come is a fact of billing; what sales wrote explains the other churns.
    case
        when churns.churn_reason = 'involuntary' then stopped.stop_detail
        else coalesce(lost_renewals.churn_detail, stopped.stop_detail, 'made_free')
    end as churn_detail

from churns

left join stopped
    on
        churns.account_id = stopped.account_id
        and churns.movement_date = stopped.change_date
        and stopped.stop_number = 1

left join lost_renewals
    on
        churns.account_id = lost_renewals.account_id
        and churns.movement_date = lost_renewals.movement_date
        and lost_renewals.renewal_number = 1
