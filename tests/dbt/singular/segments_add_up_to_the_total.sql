-- A board reads one kind of segment and expects its rows to be the whole company: nobody counted
-- twice, nobody left out. What accounts take from one segment they bring to another, so reclass
-- adds up to the total's, which is 0.
{% set columns = (
    ['opening_mrr', 'reclass_mrr'] + mrr_movement_columns()
    + ['closing_mrr', 'closing_arr', 'paying_accounts']
) %}
with

by_kind as (

    select
        segment_kind,
        {%- for column in columns %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        month

    from {{ ref('rpt_mrr_monthly') }}

    group by month, segment_kind

)

select by_kind.*

from by_kind

left join by_kind as total on by_kind.month = total.month and total.segment_kind = 'all'

where
    total.month is null
    {%- for column in columns %}
    or by_kind.{{ column }} <> total.{{ column }}
    {%- endfor %}
