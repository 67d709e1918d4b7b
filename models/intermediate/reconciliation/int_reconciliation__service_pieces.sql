{# What is known to set MRR and invoices apart, as native amounts over the days they belong to.
   What is left after these is unexplained; nothing here is a remainder. #}
with

valid_lines as (

    select * from {{ ref('int_reconciliation__line_checks') }}
    where is_valid

),

uncounted_lines as (

    select * from {{ ref('int_reconciliation__uncounted_lines') }}

),

voided_periods as (

    select * from {{ ref('int_reconciliation__voided_periods') }}

),

changes as (

    select * from {{ ref('int_reconciliation__agreed_changes') }}

),

pieces as (

    -- Prorations count by the second, and settle what the item's changes are worth by the day.
    select
        subscription_id,
        subscription_item_id,
        currency,
        'proration' as difference_class,
        from_date,
        to_date,
        case
            when from_date = period_from_date then due_amount - due_amount_by_days else due_amount
        end as amount

    from valid_lines

    where line_kind = 'proration' and moment_number = 1

    union all

    select
        subscription_id,
        subscription_item_id,
        currency,
        case when is_status_change then 'unpaid' else 'proration' end as difference_class,
        change_date as from_date,
        to_date,
        -amount as amount

    from changes

    where abs(amount) > 0.0000001

    union all

    -- A line is rounded to the minor unit.
    select
        subscription_id,
        subscription_item_id,
        currency,
        'timing' as difference_class,
        from_date,
        to_date,
        amount - due_amount as amount

    from valid_lines

    where is_right and amount <> due_amount

    union all

    select
        subscription_id,
        subscription_item_id,
        currency,
        case when is_after_end then 'proration' else 'unpaid' end as difference_class,
        from_date,
        to_date,
        due_amount as amount

    from uncounted_lines

    where not is_after_end or issued_date <= cancel_requested_date

    union all

    select
        subscription_id,
        subscription_item_id,
        currency,
        'credit' as difference_class,
        from_date,
        to_date,
        -amount as amount

    from voided_periods

)

select * from pieces
