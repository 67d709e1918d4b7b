-- Who reads NPS by segment expects every answer in one of them, and none in two.
{% set columns = ['heard_accounts', 'nps_answers'] + voice_counts() %}
with

by_kind as (

    select
        segment_kind,
        {%- for column in columns %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        month

    from {{ ref('rpt_voice_monthly') }}

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
