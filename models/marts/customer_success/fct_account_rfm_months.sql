with

measures as (

    select * from {{ ref('int_segments__rfm_measures') }}

),

rfm_segments as (

    select * from {{ reference('rfm_segments') }}

),

-- Fifths of the month's accounts: where the line falls between equals, account_id decides, so that
-- a run can be repeated.
scored as (

    select
        *,
        case
            when recency_days is not null
                then ntile(5) over (partition by month order by recency_days desc, account_id asc)
        end as r_score,
        case
            when frequency_weeks is not null
                then ntile(5) over (partition by month order by frequency_weeks, account_id)
        end as f_score,
        ntile(5) over (partition by month order by mrr, account_id) as m_score

    from measures

)

select
    scored.account_id,
    rfm_segments.segment_name as rfm_segment,
    case
        when
            scored.recency_days < {{ var('rfm_active_recency_days') }}
            and scored.frequency_weeks > {{ var('rfm_active_weeks') }}
            then 'high_value_active'
        when
            scored.recency_days > {{ var('rfm_at_risk_recency_days') }}
            and scored.mrr < {{ var('rfm_at_risk_mrr') }}
            then 'low_value_at_risk'
    end as named_rule,
    case when scored.recency_days is null then 'usage_source_off' end as null_reason,
    cast(scored.recency_days as integer) as recency_days,
    cast(scored.frequency_weeks as integer) as frequency_weeks,
    scored.mrr,
    cast(scored.r_score as integer) as r_score,
    cast(scored.f_score as integer) as f_score,
    cast(scored.m_score as integer) as m_score,
    scored.is_complete,
    scored.month

from scored

left join rfm_segments
    on
        scored.r_score = rfm_segments.r_score
        and scored.f_score = rfm_segments.f_score
        and scored.m_score = rfm_segments.m_score
