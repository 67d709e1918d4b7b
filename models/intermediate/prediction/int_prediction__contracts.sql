{# Renewals and terms by their own dates up to the day; terms of who held them on it. #}
with

scores as (

    select * from {{ ref('int_health__scores') }}

    where
        reading_number = 1
        and (score_date = {{ as_of_date() }} or {{ is_month_end('score_date') }})

),

notices as (

    select distinct
        scores.account_id,
        scores.score_date

    from scores

    inner join {{ ref('int_renewals__opportunities') }} as opportunities
        on
            scores.account_id = opportunities.account_id
            and scores.score_date >= opportunities.renewal_notice_date
            and scores.score_date < opportunities.open_until_date

    where opportunities.opportunity_type = 'renewal'

),

terms as (

    select
        scores.account_id,
        scores.score_date,
        min(terms.due_date) as next_due_date,
        max(terms.due_date) as last_due_date,
        max(terms.term_months) as term_months

    from scores

    inner join {{ ref('int_renewals__subscription_holders') }} as holders
        on
            scores.account_id = holders.account_id
            and scores.score_date >= holders.held_from
            and scores.score_date < holders.held_to

    inner join {{ ref('int_renewals__terms') }} as terms
        on
            holders.subscription_id = terms.subscription_id
            and scores.score_date >= terms.term_start
            and scores.score_date < terms.run_end_date

    group by scores.account_id, scores.score_date

)

select
    scores.account_id,
    scores.score_date,
    terms.next_due_date,
    terms.last_due_date,
    terms.term_months,
    notices.account_id is not null as is_under_notice

from scores

left join notices
    on scores.account_id = notices.account_id and scores.score_date = notices.score_date

left join terms
    on scores.account_id = terms.account_id and scores.score_date = terms.score_date
