with

line_checks as (

    select * from {{ ref('int_reconciliation__line_checks') }}

),

agreed_spans as (

    select * from {{ ref('int_reconciliation__agreed_spans') }}

),

valid_starts as (

    select distinct
        subscription_item_id,
        from_date

    from line_checks

    where is_valid and line_kind = 'regular'

)

select
    line_checks.subscription_id,
    line_checks.subscription_item_id,
    line_checks.account_id,
    line_checks.currency,
    line_checks.from_date,
    line_checks.to_date,
    max(agreed_spans.interval_amount * line_checks.share_by_days) as amount

from line_checks

inner join agreed_spans
    on
        line_checks.subscription_item_id = agreed_spans.subscription_item_id
        -- The invoice of a change that was taken back billed nothing that is agreed.
        and line_checks.billing_interval = agreed_spans.billing_interval
        and line_checks.interval_count = agreed_spans.interval_count
        and agreed_spans.from_date <= line_checks.from_date
        and line_checks.from_date < agreed_spans.to_date

left join valid_starts
    on
        line_checks.subscription_item_id = valid_starts.subscription_item_id
        and line_checks.from_date = valid_starts.from_date

where
    not line_checks.is_valid
    and line_checks.line_kind = 'regular'
    and line_checks.moment_number = 1
    and valid_starts.subscription_item_id is null

group by
    line_checks.subscription_id,
    line_checks.subscription_item_id,
    line_checks.account_id,
    line_checks.currency,
    line_checks.from_date,
    line_checks.to_date
