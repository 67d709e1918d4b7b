{# Quarters from the first assignment of a plan, but not from before there was any MRR. #}
{% set quarter_days = dbt.datediff('quarter_start_date', 'next_quarter_date', 'day') %}
with recursive

assignments as (

    select min(valid_from) as first_date from {{ ref('stg_comp__plan_assignments') }}

    where is_current and not is_deleted

),

changes as (

    select min(change_date) as first_date from {{ ref('int_revenue__account_days') }}

),

reach as (

    select
        {{ fiscal_quarter_start('greatest(assignments.first_date, changes.first_date)') }}
            as first_date

    from assignments

    cross join changes

),

quarters as (

    select
        first_date as quarter_start_date,
        cast({{ dbt.dateadd('month', 3, 'first_date') }} as date) as next_quarter_date

    from reach

    where first_date <= {{ as_of_date() }}

    union all

    select
        next_quarter_date as quarter_start_date,
        cast({{ dbt.dateadd('month', 3, 'next_quarter_date') }} as date) as next_quarter_date

    from quarters

    where next_quarter_date <= {{ as_of_date() }}

),

locks as (

    {{ locked_rows('quarter_locks', {'quarter': 'varchar', 'locked_at': 'timestamp'}) }}

),

named as (

    select
        {{ fiscal_quarter_name('quarter_start_date') }} as quarter,
        quarter_start_date,
        next_quarter_date

    from quarters

),

closed as (

    select
        *,
        exists(
            select 1 from locks
            where locks.quarter = named.quarter
        ) as is_locked

    from named

)

select
    quarter,
    cast({{ quarter_days }} as integer) as quarter_days,
    is_locked,
    quarter_start_date,
    next_quarter_date,
    -- The last day that has been.
    least(
        cast({{ dbt.dateadd('day', -1, 'next_quarter_date') }} as date), {{ as_of_date() }}
    ) as last_date,
    -- The quarter into which corrections fall.
    min(case when not is_locked then quarter_start_date end) over (
        order by quarter_start_date rows between 1 following and unbounded following
    ) as next_open_date

from closed
