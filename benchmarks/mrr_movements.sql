-- MRR movements (account, day, type, change) from raw Stripe and Salesforce tables, in one script.
--
-- The yardstick of `make bench`: what a careful analyst would write by hand for one clean landing,
-- straight from the definitions and independently of the models. So it has no row rules, no memory
-- of earlier landings, no policy options, no lineage and no causes; of the definitions it follows
-- claims, statuses, discounts, tiers, FX, transfers and merged accounts.
--
-- Reads schemas stripe and salesforce, and currencies, fx_rates, internal_accounts; writes
-- mrr_movements.

create or replace temp table mrr_movements as

with recursive

as_of as (

    select max(cast(synced_at as date)) as as_of_date
    from (
        select max(_fivetran_synced) as synced_at from stripe.customer
        union all select max(_fivetran_synced) from stripe.subscription_history
        union all select max(_fivetran_synced) from stripe.subscription_item
        union all select max(_fivetran_synced) from stripe.price
        union all select max(_fivetran_synced) from stripe.product
        union all select max(_fivetran_synced) from stripe.invoice
        union all select max(_fivetran_synced) from stripe.invoice_line_item
        union all select max(_fivetran_synced) from stripe.coupon
        union all select max(_fivetran_synced) from stripe.discount
        union all select max(_fivetran_synced) from stripe.subscription_discount
        union all select max(_fivetran_synced) from salesforce.account
        union all select max(_fivetran_synced) from salesforce.user
        union all select max(_fivetran_synced) from salesforce.opportunity
    )

),

-- ACCOUNTS: chains of merges end at the survivor -------------------------------------------------

survivors as (

    select id as crm_id, id as survivor_id, master_record_id from salesforce.account
    union all
    select survivors.crm_id, account.id, account.master_record_id
    from survivors
    inner join salesforce.account as account on survivors.master_record_id = account.id

),

crm_accounts as (

    -- Ids of 15 characters are the first 15 of those of 18.
    select left(crm_id, 15) as short_id, survivor_id
    from survivors
    where master_record_id is null

),

customers as (

    select
        customer.id as customer_id,
        coalesce(crm_accounts.survivor_id, customer.id) as account_id
    from stripe.customer as customer
    left join crm_accounts
        on left(customer.metadata ->> '$.salesforce_account_id', 15) = crm_accounts.short_id
    where coalesce(customer.livemode, true)

),

-- SUBSCRIPTIONS: who holds them and whether they count, by day -----------------------------------

versions as (

    select
        id as subscription_id,
        customer_id,
        cast(_fivetran_start as date) as valid_from,
        cast(coalesce(trial_end, start_date) as date) as paid_from,
        status,
        -- Service goes on until ended_at, whenever the end was recorded.
        case
            when status != 'canceled' or ended_at is null then status in ('active', 'past_due')
        end as counts,
        row_number() over by_id as version_number,
        cast(last_value(ended_at) over all_of_id as date) as ended_on,
        lead(cast(_fivetran_start as date)) over by_id as next_from
    from stripe.subscription_history
    where livemode
    window
        by_id as (partition by id order by _fivetran_start),
        all_of_id as (
            partition by id order by _fivetran_start
            rows between unbounded preceding and unbounded following
        )

),

subscription_days as (

    select
        subscription_id, customer_id, valid_from,
        coalesce(
            last_value(counts ignore nulls) over (partition by subscription_id order by valid_from),
            true
        ) as counts
    from versions
    where next_from is distinct from valid_from and (ended_on is null or valid_from < ended_on)
    union all
    -- Before the first version.
    select subscription_id, customer_id, paid_from, true
    from versions
    where
        version_number = 1
        and paid_from < least(valid_from, coalesce(ended_on, valid_from))
        and status not in ('incomplete', 'incomplete_expired', 'trialing', 'paused')
    union all
    select subscription_id, customer_id, ended_on, false
    from versions
    where next_from is null and ended_on is not null

),

subscription_changes as (

    select * from subscription_days
    window by_subscription as (partition by subscription_id order by valid_from)
    qualify lag((counts, customer_id)) over by_subscription is distinct from (counts, customer_id)

),

subscriptions as (

    select
        subscription_id, customer_id, account_id, counts, valid_from,
        lead(valid_from, 1, date 'infinity') over (
            partition by subscription_id order by valid_from
        ) as valid_to
    from subscription_changes
    inner join customers using (customer_id)

),

-- ITEMS: claims, each "from this moment on price P and quantity Q" -------------------------------

prices as (

    select
        price.id as price_id,
        lower(price.currency) as currency,
        power(10, minor_unit_digits) as minor_units,
        coalesce(billing_scheme = 'tiered', false) as is_tiered,
        coalesce(try_cast(unit_amount_decimal as double), unit_amount) as unit_amount,
        to_months(case recurring_interval when 'year' then 12 when 'month' then 1 else 0 end
            * cast(recurring_interval_count as integer))
        + to_days(case recurring_interval when 'week' then 7 when 'day' then 1 else 0 end
            * cast(recurring_interval_count as integer)) as full_period,
        case recurring_interval
            when 'year' then 12.0 when 'month' then 1.0 when 'week' then 12.0 / 52
            when 'day' then 12.0 / 365
        end * recurring_interval_count as interval_months
    from stripe.price as price
    inner join currencies on lower(price.currency) = currencies.currency
    where recurring_interval is not null and coalesce(recurring_usage_type, 'licensed') = 'licensed'

),

lines as (

    select
        subscription_item_id as item_id,
        line.subscription_id,
        line.invoice_id,
        coalesce(line.price_id, line.plan_id) as price_id,
        prices.is_tiered,
        line.proration,
        line.period_start,
        line.period_end,
        line.quantity,
        line.amount,
        invoice.created as invoiced_at,
        prices.full_period
    from stripe.invoice_line_item as line
    inner join stripe.invoice as invoice on line.invoice_id = invoice.id
    inner join prices on coalesce(line.price_id, line.plan_id) = prices.price_id
    where
        line.subscription_item_id is not null
        and invoice.status is distinct from 'void'
        and not coalesce(invoice.is_deleted, false)
        and invoice.livemode

),

regular_lines as (

    -- Graduated tiers give several lines; of two invoices of one moment the later one speaks.
    select
        item_id, period_start, invoiced_at,
        any_value(subscription_id) as subscription_id,
        any_value(price_id) as price_id,
        any_value(is_tiered) as is_tiered,
        sum(quantity) as quantity,
        sum(amount) as amount,
        max(period_end) as period_end
    from lines
    where not proration
    group by item_id, period_start, invoiced_at, invoice_id
    qualify row_number() over (
        partition by item_id, period_start order by invoiced_at desc, invoice_id desc
    ) = 1

),

proration_lines as (

    select line.* from (
        select arg_max(lines, amount) as line from lines where proration
        group by item_id, period_start
    )

),

tiered_amounts as (

    -- The next regular line at that quantity; until there is one, its own amount x full period.
    select
        proration_lines.item_id, proration_lines.period_start,
        coalesce(
            regular_lines.amount,
            proration_lines.amount
            * epoch(
                proration_lines.period_end - (proration_lines.period_end - full_period)
            ) / epoch(proration_lines.period_end - proration_lines.period_start)
        ) as amount
    from (from proration_lines where is_tiered and amount >= 0) as proration_lines
    asof left join (from regular_lines where is_tiered) as regular_lines
        on
            proration_lines.item_id = regular_lines.item_id
            and proration_lines.price_id = regular_lines.price_id
            and proration_lines.quantity = regular_lines.quantity
            and proration_lines.period_start <= regular_lines.period_start

),

item_rows as (

    select
        id as item_id, subscription_id, plan_id as price_id, quantity, created,
        _fivetran_synced as synced_at
    from stripe.subscription_item
    where plan_id in (select price_id from prices)

),

line_and_row_claims as (

    select
        item_id, subscription_id, period_start as claimed_at, 1 as claim_order, price_id, quantity,
        case when is_tiered then amount end as amount, period_end
    from regular_lines
    union all
    select
        item_id, subscription_id, period_start, 2, price_id,
        case when proration_lines.amount >= 0 then quantity else 0 end,
        tiered_amounts.amount, period_end
    from proration_lines
    left join tiered_amounts using (item_id, period_start)
    where
        proration_lines.amount >= 0
        or (item_id, period_start) not in (select (item_id, period_start) from regular_lines)
    union all
    select item_id, subscription_id, synced_at, 3, price_id, quantity, null, null from item_rows

),

claims as (

    select
        claim.item_id,
        claim.subscription_id,
        -- The first claim of an item that has a row reaches back to the row's creation.
        case
            when lag(claimed_at) over by_claim is null then least(claimed_at, item_rows.created)
            else claimed_at
        end as claimed_at,
        claim_order,
        claim.price_id,
        claim.quantity,
        claim.amount,
        -- An item without a row is gone at the end of its last line.
        case
            when item_rows.item_id is null and lead(claimed_at) over by_claim is null
                then period_end
        end as gone_at
    from line_and_row_claims as claim
    left join item_rows using (item_id)
    window by_claim as (partition by claim.item_id order by claimed_at, claim_order)

),

item_days as (

    select
        item_id, subscription_id, cast(claimed_at as date) as valid_from, price_id, quantity,
        -- A row of a tiered price says a quantity and no amount: that of the last line, by seat.
        coalesce(
            amount,
            quantity * last_value(amount / nullif(quantity, 0) ignore nulls) over by_item_claim
        ) as amount
    from (
        select * exclude (gone_at) from claims
        union all
        select item_id, subscription_id, gone_at, 4, price_id, 0, null from claims
        where gone_at is not null
    )
    window by_item_claim as (partition by item_id order by claimed_at, claim_order)
    qualify
        lead(cast(claimed_at as date)) over by_item_claim is distinct from cast(claimed_at as date)

),

item_changes as (

    select
        item_id, subscription_id, valid_from, currency, interval_months, minor_units,
        quantity > 0 as is_there,
        case when is_tiered then coalesce(amount, 0) else unit_amount * quantity end
        / minor_units / interval_months as gross
    from item_days
    inner join prices using (price_id)
    window by_item as (partition by item_id order by valid_from)
    qualify lag((gross, is_there)) over by_item is distinct from (gross, is_there)

),

items as (

    select
        *,
        lead(valid_from, 1, date 'infinity') over (
            partition by item_id order by valid_from
        ) as valid_to
    from item_changes

),

item_periods as (

    select
        item_id, subscription_id, customer_id, account_id, currency, interval_months, minor_units,
        greatest(items.valid_from, subscriptions.valid_from) as valid_from,
        least(items.valid_to, subscriptions.valid_to) as valid_to,
        is_there and counts as counts,
        case when counts then gross else 0 end as gross
    from items
    inner join subscriptions using (subscription_id)
    where items.valid_from < subscriptions.valid_to and subscriptions.valid_from < items.valid_to

),

-- DISCOUNTS: a subscription's own, else its customer's, as one factor by day ---------------------

discounts as (

    select
        discount.id,
        any_value(discount.subscription_id) as subscription_id,
        any_value(discount.customer_id) as customer_id,
        min(cast(discount.start as timestamp)) as started_at,
        cast(min(cast(discount.start as timestamp)) as date) as valid_from,
        coalesce(
            min(cast(discount.end as date)),
            case
                when any_value(coupon.duration) = 'repeating'
                    then cast(
                        min(cast(discount.start as timestamp))
                        + to_months(any_value(cast(coupon.duration_in_months as integer))) as date
                    )
            end,
            date 'infinity'
        ) as valid_to,
        any_value(coupon.percent_off) as percent_off,
        any_value(coupon.amount_off) as amount_off,
        any_value(lower(coupon.currency)) as currency
    from (
        select id, subscription_id, customer_id, invoice_id, coupon_id, start, "end"
        from stripe.discount
        union all
        select id, subscription_id, customer_id, invoice_id, coupon_id, start, "end"
        from stripe.subscription_discount
    ) as discount
    inner join stripe.coupon as coupon on discount.coupon_id = coupon.id
    where discount.invoice_id is null and coupon.duration in ('forever', 'repeating')
    group by discount.id

),

subscription_discounts as (

    select discounts.* exclude (customer_id), true as is_own
    from discounts
    where subscription_id is not null
    union all
    select
        discounts.id, subscriptions.subscription_id, started_at,
        greatest(discounts.valid_from, subscriptions.valid_from),
        least(discounts.valid_to, subscriptions.valid_to),
        percent_off, amount_off, currency, false
    from discounts
    inner join subscriptions using (customer_id)
    where
        discounts.subscription_id is null
        and discounts.valid_from < subscriptions.valid_to
        and subscriptions.valid_from < discounts.valid_to

),

discounted_periods as (

    select * from item_periods
    where subscription_id in (select subscription_id from subscription_discounts)

),

boundaries as (

    select
        subscription_id, valid_from,
        lead(valid_from, 1, date 'infinity') over (
            partition by subscription_id order by valid_from
        ) as valid_to
    from (
        select subscription_id, valid_from from discounted_periods
        union select subscription_id, valid_to from discounted_periods
        union select subscription_id, valid_from from subscription_discounts
        union select subscription_id, valid_to from subscription_discounts
    )

),

slices as (

    select
        discounted_periods.* exclude (valid_from, valid_to),
        boundaries.valid_from,
        boundaries.valid_to,
        sum(gross) over (partition by subscription_id, boundaries.valid_from)
            as subscription_gross
    from discounted_periods
    inner join boundaries using (subscription_id)
    where
        discounted_periods.valid_from <= boundaries.valid_from
        and boundaries.valid_from < discounted_periods.valid_to

),

slice_steps as (

    select
        slices.subscription_id, slices.valid_from, interval_months, started_at, id, is_own,
        percent_off is null as is_amount,
        bool_or(is_own) over (partition by slices.subscription_id, slices.valid_from) as has_own,
        struct_pack(
            factor := cast(1 - coalesce(percent_off, 0) / 100 as double),
            less := cast(
                case
                    when percent_off is null and step.currency = slices.currency
                        then coalesce(
                            amount_off / minor_units / interval_months
                            / nullif(subscription_gross, 0), 0
                        )
                    else 0
                end as double
            )
        ) as step
    from (
        select distinct
            subscription_id, valid_from, currency, minor_units, interval_months, subscription_gross
        from slices
    ) as slices
    inner join subscription_discounts as step
        on
            slices.subscription_id = step.subscription_id
            and step.valid_from <= slices.valid_from
            and slices.valid_from < step.valid_to

),

slice_discounts as (

    select
        subscription_id, valid_from, interval_months,
        list_reduce(
            list_prepend(
                struct_pack(factor := 1.0::double, less := 0.0::double),
                list(step order by started_at, is_amount, id)
            ),
            lambda net, next: struct_pack(
                factor := greatest(net.factor * next.factor - next.less, 0), less := 0.0::double
            )
        ).factor as net_factor
    from slice_steps
    where is_own = has_own
    group by subscription_id, valid_from, interval_months

),

net_periods as (

    select item_id, account_id, currency, valid_from, valid_to, counts, gross as mrr_native
    from item_periods
    where subscription_id not in (select subscription_id from subscription_discounts)
    union all
    select
        item_id, account_id, currency, valid_from, valid_to, counts,
        gross * coalesce(net_factor, 1)
    from slices
    left join slice_discounts using (subscription_id, valid_from, interval_months)

),

-- REPORTING CURRENCY: the rate of a month's first day --------------------------------------------

months as (

    select cast(unnest(generate_series(date '2000-01-01', as_of_date, interval 1 month)) as date)
        as month
    from as_of

),

rates as (

    select
        lower(fx_rates.currency) as currency, month as valid_from,
        cast(month + interval 1 month as date) as valid_to, cast(rate as double) as rate
    from (from months cross join (select distinct currency from fx_rates)) as months
    asof inner join fx_rates
        on months.currency = fx_rates.currency and months.month >= fx_rates.rate_date
    where months.month <= fx_rates.rate_date + 5
    union all
    select 'usd', date '-infinity', date 'infinity', 1

),

valued_periods as (

    select
        item_id, account_id, counts, mrr_native, rate,
        greatest(net_periods.valid_from, rates.valid_from) as valid_from,
        -- Nine places make exact halves exact again before they are rounded.
        round(cast(mrr_native * rate as decimal(28, 9)), 2) as mrr
    from net_periods
    inner join rates using (currency)
    where net_periods.valid_from < rates.valid_to and rates.valid_from < net_periods.valid_to

),

-- MOVEMENTS --------------------------------------------------------------------------------------

item_steps as (

    select
        item_id, valid_from as day, mrr,
        -- What ends on the day it changes hands ends at the giver.
        case
            when counts then account_id else coalesce(lag(account_id) over by_period, account_id)
        end as holder_id,
        lag(account_id) over by_period as account_before,
        coalesce(lag(mrr) over by_period, 0) as mrr_before,
        case
            when counts and lag(counts) over by_period and rate != lag(rate) over by_period
                then round(cast(lag(mrr_native) over by_period * rate as decimal(28, 9)), 2)
                    - lag(mrr) over by_period
            else 0
        end as fx
    from valued_periods
    window by_period as (partition by item_id order by valid_from)

),

account_days as (

    select
        account_id, day,
        sum(transfer_in) as transfer_in,
        sum(transfer_out) as transfer_out,
        sum(fx) as fx,
        sum(total) as total,
        sum(sum(total)) over (partition by account_id order by day) as closing
    from (
        select
            holder_id as account_id, day, fx,
            case when account_before != holder_id then mrr_before else 0 end as transfer_in,
            0 as transfer_out,
            mrr - case when account_before != holder_id then 0 else mrr_before end as total
        from item_steps
        union all
        select account_before, day, 0, 0, -mrr_before, -mrr_before
        from item_steps
        where account_before != holder_id
    )
    where
        account_id not in (from internal_accounts)
        and day <= (select as_of_date from as_of)
    group by account_id, day
    having sum(abs(transfer_in) + abs(transfer_out) + abs(fx) + abs(total)) != 0

),

balances as (

    select
        *,
        closing - total + transfer_in + transfer_out as after_transfers,
        coalesce(
            max(closing) over (
                partition by account_id order by day
                rows between unbounded preceding and 1 preceding
            ), 0
        ) > 0 as has_paid
    from account_days

),

splits as (

    select
        * exclude (fx),
        case when after_transfers = 0 or closing = 0 then 0 else fx end as fx
    from balances

)

select
    account_id, day as movement_date, movement.movement_type,
    cast(movement.mrr_change as decimal(18, 2)) as mrr_change
from (
    select
        account_id, day,
        unnest([
            {movement_type: 'transfer_in', mrr_change: transfer_in},
            {movement_type: 'transfer_out', mrr_change: transfer_out},
            {movement_type: 'fx', mrr_change: fx},
            {
                movement_type: case
                    when after_transfers + fx = 0 and has_paid then 'reactivation'
                    when after_transfers + fx = 0 then 'new'
                    when closing = 0 then 'churn'
                    when closing > after_transfers + fx then 'expansion'
                    else 'contraction'
                end,
                mrr_change: closing - after_transfers - fx
            }
        ]) as movement
    from splits
)
where movement.mrr_change != 0;
