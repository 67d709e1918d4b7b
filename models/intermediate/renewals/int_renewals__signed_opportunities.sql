with

-- What sales has closed and what begins later. A renewal goes on with what is live.
opportunities as (

    select
        *,
        coalesce(close_date, contract_start_date) as sold_date

    from {{ ref('int_renewals__opportunities') }}

    where
        opportunity_status = 'won'
        and contract_start_date > {{ as_of_date() }}
        and amount > 0
        and coalesce(opportunity_type, 'none') <> 'renewal'

),

accounts as (

    select * from {{ ref('int_accounts__accounts') }}

    where not is_internal

),

first_days as (

    select
        account_id,
        subscription_id,
        min(valid_from) as first_date

    from {{ ref('int_renewals__subscription_mrr') }}

    group by account_id, subscription_id

),

-- Where billing shows the same deal, billing speaks: what is on file for later, or what has gone
-- live since the day of closing.
in_billing as (

    select
        account_id,
        max(effective_date) as last_date

    from {{ ref('int_renewals__known_changes') }}

    where component = 'signed'

    group by account_id

    union all

    select
        account_id,
        max(first_date) as last_date

    from first_days

    group by account_id

),

billed as (

    select
        account_id,
        max(last_date) as last_date

    from in_billing

    group by account_id

)

select
    opportunities.opportunity_id,
    opportunities.account_id,
    opportunities.contract_start_date,
    {{ round_money('opportunities.amount / ' ~ var('opportunity_amount_months'), 2) }} as mrr

from opportunities

inner join accounts on opportunities.account_id = accounts.account_id

left join billed on opportunities.account_id = billed.account_id

where billed.account_id is null or billed.last_date < opportunities.sold_date
