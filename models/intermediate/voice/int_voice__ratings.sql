with

ratings as (

    select * from {{ ref('stg_zendesk__satisfaction_ratings') }}

    -- An offer that nobody took up is no rating.
    where is_current and not is_deleted and score in ('good', 'bad', '1', '2', '3', '4', '5')

),

tickets as (

    select * from {{ ref('int_support__tickets') }}

)

select
    ratings.satisfaction_rating_id,
    ratings.ticket_id,
    tickets.account_id,
    case when ratings.score not in ('good', 'bad') then cast(ratings.score as integer) end as stars,
    ratings.score in ('good', '4', '5') as is_good,
    {{ reporting_day('coalesce(ratings.updated_at, ratings.created_at)') }} as rated_on

from ratings

inner join tickets on ratings.ticket_id = tickets.ticket_id
