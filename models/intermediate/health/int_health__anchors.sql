{# Which rows of the seed hold on which scored day: a handful of dates against a handful of rows. #}
with

score_dates as (

    select * from {{ ref('int_health__score_dates') }}

),

versions as (
    {{ dated_reference('health_anchors', ['dimension', 'tenure_below']) }}
),

in_force as (

    select
        score_dates.score_date,
        versions.dimension,
        versions.normaliser,
        versions.red_anchor,
        versions.green_anchor,
        versions.window_days,
        versions.missing_rule,
        coalesce(lag(versions.tenure_below) over by_tenure, 0) as tenure_from,
        coalesce(versions.tenure_below, 1000000) as tenure_to

    from score_dates

    inner join versions
        on
            versions.valid_from <= score_dates.score_date
            and versions.valid_to > score_dates.score_date

    window
        by_tenure as (
            partition by score_dates.score_date, versions.dimension
            order by coalesce(versions.tenure_below, 1000000)
        )

)

select * from in_force
