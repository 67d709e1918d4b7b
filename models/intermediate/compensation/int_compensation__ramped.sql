{# What of a part a ramping CSM keeps: nothing, then half or the weight of the own shared row,
   then all. #}
{% set ramp_day = dbt.datediff('pieces.ramp_started_on', 'parts.share_date', 'day') ~ ' + 1' %}
with

parts as (

    select * from {{ ref('int_compensation__parts') }}

),

bases as (

    select * from {{ ref('int_compensation__bases') }}

),

pieces as (

    select * from {{ ref('int_compensation__plan_pieces') }}

)

select
    parts.*,
    bases.quarter,
    bases.attribution_method,
    case when {{ ramp_day }} between 1 and 60 then {{ ramp_day }} end as ramp_day,
    case
        when parts.csm_id is null then 0
        when {{ ramp_day }} between 1 and 30 then 0
        when {{ ramp_day }} between 31 and 60
            then least(coalesce(parts.own_weight, parts.part * 0.5), parts.part)
        else parts.part
    end as kept_part

from parts

inner join bases on parts.basis_id = bases.basis_id

left join pieces
    on
        bases.quarter = pieces.quarter
        and parts.csm_id = pieces.csm_id
        and pieces.from_date <= parts.share_date
        and parts.share_date < pieces.until_date
