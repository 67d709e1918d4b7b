with

product_features as (

    select * from {{ reference('product_features') }}

),

score_dates as (

    select * from {{ ref('int_health__score_dates') }}

),

versions as (

    select
        score_dates.score_date,
        product_features.product_id,
        max(product_features.valid_from) as valid_from

    from score_dates

    inner join product_features on score_dates.score_date >= product_features.valid_from

    group by score_dates.score_date, product_features.product_id

)

select
    versions.score_date,
    product_features.product_id,
    product_features.feature,
    coalesce(product_features.is_tier_feature, false) as is_tier_feature,
    max(case when product_features.is_per_seat then 1 else 0 end) over (
        partition by versions.score_date, product_features.product_id
    ) = 1 as is_per_seat

from versions

inner join product_features
    on
        versions.product_id = product_features.product_id
        and versions.valid_from = product_features.valid_from
