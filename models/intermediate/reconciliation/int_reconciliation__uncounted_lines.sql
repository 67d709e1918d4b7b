with

valid_lines as (

    select * from {{ ref('int_reconciliation__line_checks') }}
    where is_valid

),

subscription_states as (

    select * from {{ ref('int_billing__subscription_states') }}
    where is_counted

),

subscription_ends as (

    select * from {{ ref('int_billing__subscription_ends') }}

)

select
    valid_lines.*,
    subscription_ends.end_date is not null
    and subscription_ends.end_date <= valid_lines.from_date as is_after_end,
    subscription_ends.cancel_requested_date

from valid_lines

left join subscription_states
    on
        valid_lines.subscription_id = subscription_states.subscription_id
        and subscription_states.from_date <= valid_lines.from_date
        and valid_lines.from_date
        < coalesce(subscription_states.to_date, {{ far_date() }})

left join subscription_ends on valid_lines.subscription_id = subscription_ends.subscription_id

where
    valid_lines.line_kind = 'regular'
    and valid_lines.moment_number = 1
    and valid_lines.is_right
    and subscription_states.subscription_id is null
