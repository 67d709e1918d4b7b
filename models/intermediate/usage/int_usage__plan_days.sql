with

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

item_periods as (

    select
        account_id,
        product_id,
        quantity,
        valid_from,
        coalesce(valid_to, {{ far_date() }}) as valid_to

    from {{ ref('int_revenue__item_periods') }}

)

select
    score_days.account_id,
    score_days.score_date,
    item_periods.product_id,
    sum(item_periods.quantity) as quantity

from score_days

inner join item_periods
    on
        score_days.account_id = item_periods.account_id
        and score_days.score_date >= item_periods.valid_from
        and score_days.score_date < item_periods.valid_to

group by score_days.account_id, score_days.score_date, item_periods.product_id
