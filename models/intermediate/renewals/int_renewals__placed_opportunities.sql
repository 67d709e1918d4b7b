{% set distance = dbt.datediff('terms.due_date', 'renewals.renewal_date', 'day') %}
{% set months_ahead = 'cast(terms_ahead * term_months as integer)' %}
{% set gap = dbt.datediff('expected_end_date', 'renewal_date', 'day') %}
with

live_terms as (

    select * from {{ ref('int_renewals__live_terms') }}

),

-- Renewals that are not over. The running contract ends when the one that follows begins, else when
-- the opportunity says so, else when it is to be closed.
renewals as (

    select
        *,
        coalesce(
            case when contract_start_date > {{ as_of_date() }} then contract_start_date end,
            contract_end_date,
            close_date
        ) as renewal_date,
        contract_start_date > {{ as_of_date() }} or contract_end_date is not null
            as is_contract_end_known

    from {{ ref('int_renewals__opportunities') }}

    where opportunity_type = 'renewal'

),

placed as (

    select
        renewals.*,
        terms.subscription_id,
        terms.term_start,
        terms.due_date,
        terms.term_months,
        {{ distance }} as distance_days,
        row_number() over (
            partition by renewals.opportunity_id
            order by
                abs({{ distance }}) asc nulls last,
                terms.due_date asc,
                terms.subscription_id asc
        ) as term_number

    from renewals

    inner join live_terms as terms on renewals.account_id = terms.account_id

    where renewals.opportunity_status = 'open' or renewals.renewal_date > {{ as_of_date() }}

),

-- A contract over several terms ends with a later one; whole terms are no difference.
measured as (

    select
        *,
        coalesce(greatest(round(distance_days * 12 / (365.25 * term_months)), 0), 0) as terms_ahead

    from placed

    where term_number = 1

),

dated as (

    select
        *,
        cast({{ dbt.dateadd('month', months_ahead, 'due_date') }} as date) as expected_end_date

    from measured

)

select
    opportunity_id,
    account_id,
    subscription_id,
    opportunity_status,
    forecast_category,
    quoted_uplift_percent,
    is_auto_renewed,
    cast(terms_ahead as integer) as terms_ahead,
    case when is_contract_end_known then {{ gap }} end as gap_days,
    row_number() over (
        partition by subscription_id, term_start
        order by
            terms_ahead asc,
            case when opportunity_status = 'open' then 0 else 1 end asc,
            abs(distance_days) asc nulls last,
            created_at desc,
            opportunity_id asc
    ) as opportunity_number,
    term_start,
    due_date,
    case when is_contract_end_known then renewal_date end as contract_end_date,
    renewal_notice_date

from dated
