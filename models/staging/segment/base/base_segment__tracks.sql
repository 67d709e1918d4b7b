{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='row_key'
) }}
{{ checked_source('segment', 'tracks', incremental=true) }}
