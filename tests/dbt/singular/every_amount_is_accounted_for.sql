-- The same for money: what lies in a raw table, per load and currency, is what staging judged. A
-- rule that loses or doubles rows would show here even where the counts happen to agree.
with

judged as (

    select
        source_table,
        load_id,
        currency,
        -amount as amount

    from {{ ref('int_quality__row_outcomes') }}

    where amount is not null

),

landed as (
    {% for source_table, (base, amount, currency) in base_models().items() if amount %}
    {{ raw_amounts(source_table, amount, currency) }}
    union all
    {% endfor %}
    select * from judged

)

select
    source_table,
    load_id,
    currency,
    sum(amount) as landed_less_judged

from landed

group by source_table, load_id, currency

having sum(amount) <> 0
