{# The area under a survival curve, in months: a step for each time between two churns, up to the
   longest life on record, discounted to the start. What lies beyond it is not guessed. #}
{% set yearly_rate = var('cltv_discount_rate_yearly') %}
{% set daily_discount = '(ln(1 + cast(' ~ yearly_rate ~ ' as double)) / 365)' %}

with

lifetime_segments as (

    select * from {{ ref('int_revenue__lifetime_segments') }}

),

survival_curves as (

    select * from {{ ref('int_revenue__survival_curves') }}

),

observed as (

    select
        segment_kind,
        segment_value,
        max(days_since_start) as observed_days

    from lifetime_segments

    group by segment_kind, segment_value

),

steps as (

    select
        segment_kind,
        segment_value,
        0 as from_day,
        cast(1 as double) as survival_rate
    from observed

    union all

    select
        segment_kind,
        segment_value,
        days_since_start as from_day,
        survival_rate
    from survival_curves

),

lasting as (

    select
        steps.*,
        observed.observed_days,
        coalesce(
            lead(steps.from_day) over (
                partition by steps.segment_kind, steps.segment_value order by steps.from_day
            ),
            observed.observed_days
        ) as to_day

    from steps

    inner join observed
        on
            steps.segment_kind = observed.segment_kind
            and steps.segment_value = observed.segment_value

)

select
    segment_kind,
    segment_value,
    cast(max(observed_days) * 12 as double) / 365 as observed_life_months,
    sum(
        survival_rate
        {%- if yearly_rate == 0 %}
        * (to_day - from_day)
        {%- else %}
        * (exp(-{{ daily_discount }} * from_day) - exp(-{{ daily_discount }} * to_day))
        / {{ daily_discount }}
        {%- endif %}
    ) * 12 / 365 as expected_life_months,
    -- Of a year that nobody has lived through yet nothing is known.
    case
        when max(observed_days) >= 365
            then min(case when from_day <= 365 then survival_rate end)
    end as survival_rate_365_days

from lasting

group by segment_kind, segment_value
