{{ config(materialized='view') }}
select
    score_date,
    dimension,
    max(window_days) as window_days,
    cast({{ dbt.dateadd('day', '1 - max(window_days)', 'score_date') }} as date) as window_start

from {{ ref('int_health__anchors') }}

group by score_date, dimension
