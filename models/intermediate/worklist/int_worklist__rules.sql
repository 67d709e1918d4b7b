{# One row, so that a model joins it with whatever it judges; a rule not in force is null. #}
{% set rules = ['health_drop_7d', 'health_drop_28d', 'health_red', 'renewal_ahead'] %}
with

in_force as (

    select
        *,
        row_number() over (partition by rule order by valid_from desc) as version_number

    from {{ reference('worklist_rules') }}

    where valid_from <= {{ as_of_date() }}

)

select
    {%- for rule in rules %}
    max(case when rule = '{{ rule }}' then threshold end) as {{ rule }}_threshold,
    max(case when rule = '{{ rule }}' then due_days end) as {{ rule }}_due_days,
    {%- endfor %}
    count(case when rule = 'health_red' then 1 end) > 0 as has_health_red

from in_force

where version_number = 1
