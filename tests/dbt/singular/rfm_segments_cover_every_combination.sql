-- Each of the 125 combinations of scores has one name: no account falls between two segments.
with

scores as (
    {% for score in range(1, 6) %}
    select {{ score }} as score{{ ' union all' if not loop.last }}
    {%- endfor %}
),

combinations as (

    select
        recency_scores.score as r_score,
        frequency_scores.score as f_score,
        money_scores.score as m_score

    from scores as recency_scores

    cross join scores as frequency_scores

    cross join scores as money_scores

),

named as (

    select
        r_score,
        f_score,
        m_score,
        count(*) as segments

    from {{ reference('rfm_segments') }}

    group by r_score, f_score, m_score

)

select
    coalesce(combinations.r_score, named.r_score) as r_score,
    coalesce(combinations.f_score, named.f_score) as f_score,
    coalesce(combinations.m_score, named.m_score) as m_score,
    coalesce(named.segments, 0) as segments

from combinations

full join named
    on
        combinations.r_score = named.r_score
        and combinations.f_score = named.f_score
        and combinations.m_score = named.m_score

where combinations.r_score is null or named.segments is null or named.segments <> 1
