{{ config(materialized='view') }}
select * from {{ ref('mem_health_scores') }}

where score_date <= {{ as_of_date() }}
