{% set counts = voice_counts() %}
with

account_months as (

    select * from {{ ref('fct_account_voice_months') }}

),

months as (

    select * from {{ ref('int_revenue__months') }}

),

segmented as (
    {{ by_segment('account_months') }}
),

sums as (

    select
        month,
        segment_kind,
        segment_value,
        count(*) as heard_accounts,
        {%- for column in counts %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        sum(promoters + passives + detractors) as answers

    from segmented

    group by month, segment_kind, segment_value

)

select
    sums.segment_kind,
    sums.segment_value,
    100.0 * (sums.promoters - sums.detractors) / nullif(cast(sums.answers as double), 0) as nps,
    {%- for side in ['low', 'high'] %}
    case
        when sums.answers > 0
            then
                cast(
                    {{ nps_interval('sums.promoters', 'sums.detractors', 'sums.answers', side) }}
                    as double
                )
    end as nps_{{ side }},
    {%- endfor %}
    cast(sums.good_ratings as double) / nullif(sums.ratings, 0) as csat,
    cast(sums.stars as double) / nullif(sums.star_ratings, 0) as csat_mean,
    cast(sums.surveys_answered as double) / nullif(sums.surveys_sent, 0) as response_rate,
    cast(sums.heard_accounts as bigint) as heard_accounts,
    cast(sums.answers as bigint) as nps_answers,
    {%- for column in counts %}
    cast(sums.{{ column }} as bigint) as {{ column }},
    {%- endfor %}
    months.next_month <= {{ dbt.dateadd('day', 1, as_of_date()) }} as is_complete,
    sums.month

from sums

inner join months on sums.month = months.month
