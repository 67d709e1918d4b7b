{# What the scorecard counts of an account, day by day: its owner's of that day. #}
with

openings as (

    select * from {{ ref('int_compensation__amounts') }}

    where amount_kind = 'opening'

),

touches as (

    select * from {{ ref('int_relationship__touches') }}

)

select
    account_id,
    'renewal_rate' as item,
    case when outcome = 'renewed' then 1 else 0 end as counted,
    1 as whole,
    due_date as happened_on
from {{ ref('int_renewals__outcomes') }}
where outcome <> 'open'

union all

select
    account_id,
    'nps' as item,
    case when score >= 9 then 100 when score <= 6 then -100 else 0 end as counted,
    1 as whole,
    responded_on as happened_on
from {{ ref('int_voice__responses') }}
where score is not null

union all

-- New customers are won by others: the account paid before.
select
    item_changes.account_id,
    'cross_sell' as item,
    item_changes.mrr_change as counted,
    0 as whole,
    item_changes.change_date as happened_on
from {{ ref('int_revenue__item_changes') }} as item_changes
inner join openings
    on
        item_changes.account_id = openings.account_id
        and {{ fiscal_quarter_start('item_changes.change_date') }} = openings.amount_date
where item_changes.change_cause = 'new_item'

union all

select
    account_id,
    'touch_frequency' as item,
    1 as counted,
    0 as whole,
    touched_on as happened_on
from touches
{% for item, whole in {'cross_sell': 'mrr_amount', 'touch_frequency': '1'}.items() %}
union all

select
    account_id,
    '{{ item }}' as item,
    0 as counted,
    {{ whole }} as whole,
    amount_date as happened_on
from openings
{%- if item == 'touch_frequency' %}
-- Before the first touch on record nobody wrote them down.
where amount_date >= (select min(touched_on) from touches)
{%- endif %}
{% endfor %}
