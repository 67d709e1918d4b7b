{% set groups = {
    'results': ['renewal_rate', 'nps', 'cross_sell'],
    'process': ['touch_frequency', 'health_lift', 'cases_written'],
} %}
{% set items = groups.results + groups.process %}
with

plans as (

    select * from {{ ref('int_compensation__plans') }}

),

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

),

actuals as (

    select * from {{ ref('int_compensation__scorecard_items') }}

),

targets as (

    {{ dated_reference('scorecard_items', ['item']) }}

),

-- Below nothing is nothing; above the cap is the cap.
attained as (

    select
        actuals.quarter,
        actuals.csm_id,
        actuals.item,
        targets.item_group,
        actuals.actual,
        greatest(
            least(actuals.actual / cast(targets.target as double), targets.attainment_cap), 0
        ) as attainment

    from actuals

    inner join quarters on actuals.quarter = quarters.quarter

    inner join targets
        on
            actuals.item = targets.item
            and targets.valid_from <= quarters.last_date
            and quarters.last_date < targets.valid_to

    where targets.target > 0

),

-- An item of which there was nothing to measure is left out, and its group's others speak.
scored as (

    select
        quarter,
        csm_id,
        {%- for item in items %}
        max(case when item = '{{ item }}' then actual end) as {{ item }},
        max(case when item = '{{ item }}' then attainment end) as {{ item }}_attainment,
        {%- endfor %}
        avg(case when item_group = 'results' then attainment end) as results_score,
        avg(case when item_group = 'process' then attainment end) as process_score

    from attained

    group by quarter, csm_id

)

select
    plans.quarter,
    plans.csm_id,
    {%- for item in items %}
    cast(scored.{{ item }} as double) as {{ item }},
    cast(scored.{{ item }}_attainment as decimal(12, 6)) as {{ item }}_attainment,
    {%- endfor %}
    cast(scored.results_score as decimal(12, 6)) as results_score,
    cast(scored.process_score as decimal(12, 6)) as process_score,
    cast(
        0.6 * scored.results_score + 0.4 * scored.process_score as decimal(12, 6)
    ) as score

from plans

left join scored on plans.quarter = scored.quarter and plans.csm_id = scored.csm_id
