{# Which rows of the seed hold on which scored day: a handful of dates against a handful of rows. #}
with

score_dates as (

    select * from {{ ref('int_health__score_dates') }}

),

versions as (

    select
        *,
        lead(valid_from) over (
            partition by dimension, tenure_below order by valid_from
        ) as valid_to

    from {{ reference('health_anchors') }}

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
            and coalesce(versions.valid_to, {{ far_date() }}) > score_dates.score_date

    window
        by_tenure as (
            partition by score_dates.score_date, versions.dimension
            order by coalesce(versions.tenure_below, 1000000)
        )

)

select * from in_force
