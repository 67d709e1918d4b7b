with

events as (

    select
        *,
        row_number() over (
            partition by source_table, row_key order by event_at desc, version_id asc
        ) as event_number

    from {{ ref('mem_presence') }}

)

select * from events
where event_number = 1
