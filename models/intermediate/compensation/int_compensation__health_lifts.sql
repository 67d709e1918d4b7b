{# How the health of an account changed over a quarter, under one and the same owner. #}
with

quarters as (

    select
        *,
        cast({{ dbt.dateadd('day', -1, 'quarter_start_date') }} as date) as before_date

    from {{ ref('int_compensation__quarters') }}

),

scores as (

    select * from {{ ref('int_health__scores') }}

    where reading_number = 1 and health_score is not null

),

ownerships as (

    select
        account_id,
        csm_id,
        valid_from,
        coalesce(valid_to, {{ far_date() }}) as until_date

    from {{ ref('int_crm__ownerships') }}

    where ownership_kind = 'owner' and csm_id is not null

)

select
    quarters.quarter,
    ownerships.csm_id,
    opening_scores.account_id,
    cast(closing_scores.health_score - opening_scores.health_score as double) as health_lift

from quarters

inner join scores as opening_scores on quarters.before_date = opening_scores.score_date

inner join scores as closing_scores
    on
        quarters.last_date = closing_scores.score_date
        and opening_scores.account_id = closing_scores.account_id

inner join ownerships
    on
        opening_scores.account_id = ownerships.account_id
        and ownerships.valid_from <= quarters.quarter_start_date
        and quarters.last_date < ownerships.until_date
