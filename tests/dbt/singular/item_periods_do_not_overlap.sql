-- Two intervals of one item on one day would count it twice; an interval without a day, or an open
-- one before another, is a break in the evidence.
with

item_periods as (

    select
        *,
        lead(valid_from)
            over (partition by subscription_item_id order by valid_from)
            as next_valid_from

    from {{ ref('fct_subscription_item_periods') }}

)

select *

from item_periods

where
    valid_to <= valid_from
    or next_valid_from < coalesce(valid_to, cast('9999-12-31' as date))
    or (valid_to is not null and scheduled_end_date is not null)
