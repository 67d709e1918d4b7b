with

readings as (

    select
        *,
        row_number() over (
            partition by account_id, month, reading_number
            order by abs(new_mrr - old_mrr) desc, billing_customer_id
        ) as size_rank

    from {{ ref('int_revenue__month_end_readings') }}

),

versions as (

    select
        *,
        coalesce(lag(mrr) over by_month, 0) as old_mrr

    from {{ ref('fct_account_month_versions') }}

    window by_month as (partition by account_id, month order by reading_number)

),

-- Several customers of one account: the cause of the largest change speaks.
changes as (

    select
        account_id,
        month,
        reading_number,
        max(case when size_rank = 1 then change_cause end) as change_cause,
        max(known_before) as known_before

    from readings

    group by account_id, month, reading_number

)

select
    versions.account_id,
    changes.change_cause,
    changes.known_before,
    versions.known_at,
    versions.reading_number,
    versions.old_mrr,
    versions.mrr as new_mrr,
    cast(versions.mrr - versions.old_mrr as decimal(18, 2)) as mrr_change,
    versions.month

from versions

inner join changes
    on
        versions.account_id = changes.account_id
        and versions.month = changes.month
        and versions.reading_number = changes.reading_number

where versions.mrr <> versions.old_mrr
