{# What was open on the day, by when things happened: what was closed since was open then. #}
with

score_days as (

    select
        account_id,
        score_date
    from {{ ref('int_health__score_days') }}

),

opportunities as (

    select
        opportunity_id,
        account_id,
        contract_end_date,
        quoted_uplift_percent,
        is_auto_renewed,
        {{ reporting_day('created_at') }} as created_date,
        open_until_date

    from {{ ref('int_renewals__opportunities') }}

    where opportunity_type = 'renewal' and contract_end_date is not null

),

terms as (

    select * from {{ ref('int_renewals__terms') }}

),

open_opportunities as (

    select
        score_days.account_id,
        score_days.score_date,
        opportunities.opportunity_id,
        opportunities.contract_end_date,
        opportunities.quoted_uplift_percent,
        opportunities.is_auto_renewed,
        row_number() over (
            partition by score_days.account_id, score_days.score_date
            order by opportunities.contract_end_date, opportunities.opportunity_id
        ) as opportunity_number

    from score_days

    inner join opportunities
        on
            score_days.account_id = opportunities.account_id
            and score_days.score_date <= opportunities.contract_end_date
            and coalesce(opportunities.created_date, score_days.score_date)
            <= score_days.score_date
            and opportunities.open_until_date > score_days.score_date

),

open_terms as (

    select
        score_days.account_id,
        score_days.score_date,
        min(terms.due_date) as due_date

    from score_days

    inner join terms
        on
            score_days.account_id = terms.account_id
            and score_days.score_date >= terms.term_start
            and score_days.score_date < terms.run_end_date

    group by score_days.account_id, score_days.score_date

)

select
    score_days.account_id,
    score_days.score_date,
    open_opportunities.opportunity_id,
    coalesce(open_opportunities.contract_end_date, open_terms.due_date) as renewal_date,
    open_opportunities.quoted_uplift_percent,
    open_opportunities.is_auto_renewed

from score_days

left join open_opportunities
    on
        score_days.account_id = open_opportunities.account_id
        and score_days.score_date = open_opportunities.score_date
        and open_opportunities.opportunity_number = 1

left join open_terms
    on
        score_days.account_id = open_terms.account_id
        and score_days.score_date = open_terms.score_date
