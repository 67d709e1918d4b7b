with

lifetime_segments as (

    select * from {{ ref('int_revenue__lifetime_segments') }}

),

by_day as (

    select
        segment_kind,
        segment_value,
        days_since_start,
        count(*) as lives,
        count(case when is_ended then 1 end) as accounts_churned

    from lifetime_segments

    group by segment_kind, segment_value, days_since_start

),

-- Who is censored on a day was still at risk on it.
at_risk as (

    select
        segment_kind,
        segment_value,
        days_since_start,
        accounts_churned,
        sum(lives) over (
            partition by segment_kind, segment_value
            order by days_since_start desc
        ) as accounts_at_risk

    from by_day

),

-- A product of shares is the exponential of the sum of their logarithms; a share of 0 ends it.
survived as (

    select
        segment_kind,
        segment_value,
        days_since_start,
        accounts_at_risk,
        accounts_churned,
        exp(
            sum(
                case
                    when accounts_churned < accounts_at_risk
                        then ln(1 - cast(accounts_churned as double) / accounts_at_risk)
                    else 0
                end
            ) over by_segment
        ) as rate_until_end,
        max(case when accounts_churned = accounts_at_risk then 1 else 0 end)
            over by_segment
            as has_ended

    from at_risk

    where accounts_churned > 0

    window by_segment as (
        partition by segment_kind, segment_value order by days_since_start
    )

)

select
    segment_kind,
    segment_value,
    days_since_start,
    accounts_at_risk,
    accounts_churned,
    case when has_ended = 1 then 0 else rate_until_end end as survival_rate

from survived
