with

today as (

    select
        md5(id || quantity || coalesce(amount, 0) || synced_at) as version_id,
        id,
        quantity,
        amount,
        synced_at

    from {{ ref('stg_stripe__subscription_items') }}

)

select * from today
{% set history = history_rows('mem_stripe__subscription_items') %}
{% if history | trim %}
union by name
{{ history }} where version_id not in (select version_id from today)
{% endif %}
