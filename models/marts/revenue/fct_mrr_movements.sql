with

movements as (

    select * from {{ ref('int_revenue__account_movements') }}

),

-- An account's day has one churn at most, but it may have other movements beside it.
churn_details as (

    select
        *,
        'churn' as movement_type
    from {{ ref('int_revenue__churn_details') }}

)

select
    {{ content_hash([
        'movements.account_id', 'movements.movement_date', 'movements.movement_type'
    ]) }} as mrr_movement_id,
    movements.account_id,
    movements.movement_type,
    movements.churn_reason,
    churn_details.churn_detail,
    movements.mrr_change,
    movements.opening_mrr,
    movements.closing_mrr,
    movements.movement_date

from movements

left join churn_details
    on
        movements.account_id = churn_details.account_id
        and movements.movement_date = churn_details.movement_date
        and movements.movement_type = churn_details.movement_type
