-- Opening and closing stand on every movement so that an analyst can start from any of them. They
-- are only worth that if the first opening is 0, each opening is the closing before, and the
-- movements of the day are the difference.
with

account_days as (

    select
        account_id,
        movement_date,
        min(opening_mrr) as opening_mrr,
        min(closing_mrr) as closing_mrr,
        sum(mrr_change) as mrr_change,
        max(opening_mrr) - min(opening_mrr) + max(closing_mrr) - min(closing_mrr) as spread

    from {{ ref('fct_mrr_movements') }}

    group by account_id, movement_date

),

chained as (

    select
        *,
        coalesce(lag(closing_mrr) over (partition by account_id order by movement_date), 0)
            as closing_before

    from account_days

)

select *

from chained

where opening_mrr <> closing_before or closing_mrr <> opening_mrr + mrr_change or spread <> 0
