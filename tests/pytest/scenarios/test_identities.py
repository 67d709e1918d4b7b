"""What must hold for every account in every landing: movements, causes, periods, months."""

from __future__ import annotations

import pytest

from scenarios.groups import MAIN
from scenarios.sequences import WHOLE
from scenarios.test_policies import ELSEWHERE, POLICY
from scenarios.test_sources import FLAT, RAW, SEVEN

GROUPS = [MAIN, POLICY, ELSEWHERE, WHOLE, SEVEN, RAW, FLAT]

EIGHT = "new expansion contraction churn reactivation fx transfer"

# Each query lists exceptions; none must be found.
IDENTITIES = {
    "a movement row is unique by account, day and type": """
        select account_id, movement_date, movement_type
        from marts.fct_mrr_movements
        group by all having count(*) > 1
    """,
    "no movement is of nothing": """
        select * from marts.fct_mrr_movements where mrr_change = 0
    """,
    "closing is opening plus the movements of the day": """
        select account_id, movement_date
        from marts.fct_mrr_movements
        group by all
        having
            min(opening_mrr) <> max(opening_mrr)
            or min(closing_mrr) <> max(closing_mrr)
            or min(opening_mrr) + sum(mrr_change) <> min(closing_mrr)
    """,
    "opening is the closing of the account's day before": """
        select *
        from (
            select
                account_id,
                movement_date,
                min(opening_mrr) as opening_mrr,
                lag(min(closing_mrr), 1, 0) over (
                    partition by account_id order by movement_date
                ) as previous_closing
            from marts.fct_mrr_movements
            group by account_id, movement_date
        )
        where opening_mrr <> previous_closing
    """,
    "types agree with the balances": """
        select *
        from marts.fct_mrr_movements
        where
            (movement_type = 'churn' and (closing_mrr <> 0 or mrr_change >= 0))
            or (movement_type in ('new', 'reactivation') and (closing_mrr <= 0 or mrr_change <= 0))
            or (movement_type = 'expansion' and mrr_change <= 0)
            or (movement_type = 'contraction' and mrr_change >= 0)
            or (movement_type = 'transfer_in' and mrr_change <= 0)
            or (movement_type = 'transfer_out' and mrr_change >= 0)
            or opening_mrr < 0
            or closing_mrr < 0
    """,
    "churn has a reason and nothing else has": """
        select * from marts.fct_mrr_movements
        where (movement_type = 'churn') <> (churn_reason is not null)
    """,
    "transfers net to zero on every day": """
        select movement_date
        from marts.fct_mrr_movements
        where movement_type in ('transfer_in', 'transfer_out')
        group by all having sum(mrr_change) <> 0
    """,
    "fx falls on the first of a month": """
        select * from marts.fct_mrr_movements
        where movement_type = 'fx' and day(movement_date) <> 1
    """,
    "causes add up to the movements of every account and day": """
        with movements as (
            select account_id, movement_date as day, sum(mrr_change) as change
            from marts.fct_mrr_movements group by all
        ),
        causes as (
            select account_id, change_date as day, sum(mrr_change) as change
            from marts.fct_mrr_changes group by all
        )
        select * from movements full join causes using (account_id, day)
        where coalesce(movements.change, 0) <> coalesce(causes.change, 0)
    """,
    "fx and transfers have the same sums as causes and as movements": """
        with movements as (
            select
                account_id,
                movement_date as day,
                case when movement_type = 'fx' then 'fx' else 'transfer' end as kind,
                sum(mrr_change) as change
            from marts.fct_mrr_movements
            where movement_type in ('fx', 'transfer_in', 'transfer_out')
            group by all
        ),
        causes as (
            select account_id, change_date as day, change_cause as kind, sum(mrr_change) as change
            from marts.fct_mrr_changes
            where change_cause in ('fx', 'transfer')
            group by all
        )
        select * from movements left join causes using (account_id, day, kind)
        where movements.change <> coalesce(causes.change, 0)
    """,
    "intervals of an item do not overlap and are not empty": """
        select *
        from (
            select
                *,
                lead(valid_from) over (
                    partition by subscription_item_id, account_id order by valid_from
                ) as next_from
            from marts.fct_subscription_item_periods
        )
        where valid_to <= valid_from or next_from < coalesce(valid_to, date '9999-01-01')
    """,
    "item periods add up to the closing of every day with a movement": """
        with days as (
            select account_id, movement_date as day, min(closing_mrr) as closing
            from marts.fct_mrr_movements group by all
        )
        select days.account_id, days.day, closing, coalesce(sum(periods.mrr), 0) as of_periods
        from days
        left join marts.fct_subscription_item_periods as periods
            on
                periods.account_id = days.account_id
                and periods.valid_from <= days.day
                and (periods.valid_to is null or periods.valid_to > days.day)
        group by days.account_id, days.day, closing
        having closing <> coalesce(sum(periods.mrr), 0)
    """,
    "nothing is published after the as-of day": """
        with today as (select max(as_of_date) as day from marts.dim_refreshes)
        select movement_date from marts.fct_mrr_movements, today where movement_date > day
        union all
        select change_date from marts.fct_mrr_changes, today where change_date > day
        union all
        select valid_from from marts.fct_subscription_item_periods, today where valid_from > day
        union all
        select valid_to from marts.fct_subscription_item_periods, today where valid_to > day
    """,
    "an account month closes at opening plus its movements": f"""
        select * from marts.fct_account_months
        where closing_mrr <> opening_mrr + {" + ".join(f"{name}_mrr" for name in EIGHT.split())}
    """,
    "an account month opens at the closing of the month before": """
        select *
        from (
            select
                account_id,
                month,
                opening_mrr,
                coalesce(before.closing_mrr, 0) as previous_closing
            from marts.fct_account_months as now
            left join (
                select account_id, month + interval 1 month as month, closing_mrr
                from marts.fct_account_months
            ) as before using (account_id, month)
        )
        where opening_mrr <> previous_closing
    """,
    "account months have the sums of the movements": """
        with movements as (
            select
                account_id,
                date_trunc('month', movement_date)::date as month,
                sum(mrr_change) filter (movement_type = 'new') as new_mrr,
                sum(mrr_change) filter (movement_type = 'expansion') as expansion_mrr,
                sum(mrr_change) filter (movement_type = 'contraction') as contraction_mrr,
                sum(mrr_change) filter (movement_type = 'churn') as churn_mrr,
                sum(mrr_change) filter (movement_type = 'reactivation') as reactivation_mrr,
                sum(mrr_change) filter (movement_type = 'fx') as fx_mrr,
                sum(mrr_change) filter (movement_type like 'transfer%') as transfer_mrr
            from marts.fct_mrr_movements
            group by account_id, month
        )
        select *
        from marts.fct_account_months as months
        full join movements using (account_id, month)
        where
            coalesce(months.new_mrr, 0) <> coalesce(movements.new_mrr, 0)
            or coalesce(months.expansion_mrr, 0) <> coalesce(movements.expansion_mrr, 0)
            or coalesce(months.contraction_mrr, 0) <> coalesce(movements.contraction_mrr, 0)
            or coalesce(months.churn_mrr, 0) <> coalesce(movements.churn_mrr, 0)
            or coalesce(months.reactivation_mrr, 0) <> coalesce(movements.reactivation_mrr, 0)
            or coalesce(months.fx_mrr, 0) <> coalesce(movements.fx_mrr, 0)
            or coalesce(months.transfer_mrr, 0) <> coalesce(movements.transfer_mrr, 0)
    """,
    "every account that pays has a row in the current month": """
        with today as (select max(as_of_date) as day from marts.dim_refreshes),
        paying as (
            select account_id, sum(mrr) as mrr
            from marts.fct_subscription_item_periods, today
            where valid_to is null or valid_to > day
            group by all having sum(mrr) > 0
        )
        select * from paying
        left join (
            select account_id, closing_mrr
            from marts.fct_account_months, today
            where month = date_trunc('month', day)
        ) using (account_id)
        where closing_mrr is distinct from mrr
    """,
    "a month of a segment closes at opening plus reclass plus movements": f"""
        select * from marts.rpt_mrr_monthly
        where
            closing_mrr
            <> opening_mrr + reclass_mrr + {" + ".join(f"{name}_mrr" for name in EIGHT.split())}
    """,
    "the total of a month is the sum of its accounts": """
        with accounts as (
            select month, sum(opening_mrr) as opening_mrr, sum(closing_mrr) as closing_mrr
            from marts.fct_account_months group by month
        )
        select *
        from accounts
        full join (
            select month, opening_mrr, closing_mrr, reclass_mrr
            from marts.rpt_mrr_monthly where segment_kind = 'all'
        ) as totals using (month)
        where
            accounts.opening_mrr is distinct from totals.opening_mrr
            or accounts.closing_mrr is distinct from totals.closing_mrr
            or totals.reclass_mrr <> 0
    """,
    "segments add up to the total and their reclasses to nothing": """
        with by_kind as (
            select
                month,
                segment_kind,
                sum(opening_mrr) as opening_mrr,
                sum(reclass_mrr) as reclass_mrr,
                sum(closing_mrr) as closing_mrr,
                sum(new_mrr + expansion_mrr + contraction_mrr + churn_mrr) as change_mrr,
                sum(paying_accounts) as paying_accounts
            from marts.rpt_mrr_monthly group by all
        )
        select by_kind.*
        from by_kind
        inner join by_kind as total on total.month = by_kind.month and total.segment_kind = 'all'
        where
            by_kind.reclass_mrr <> 0
            or by_kind.opening_mrr <> total.opening_mrr
            or by_kind.closing_mrr <> total.closing_mrr
            or by_kind.change_mrr <> total.change_mrr
            or by_kind.paying_accounts <> total.paying_accounts
    """,
    "a segment opens at its own closing of the month before": """
        select *
        from (
            select
                now.month,
                segment_kind,
                segment_value,
                now.opening_mrr,
                coalesce(before.closing_mrr, 0) as previous_closing
            from marts.rpt_mrr_monthly as now
            left join (
                select month + interval 1 month as month, segment_kind, segment_value, closing_mrr
                from marts.rpt_mrr_monthly
            ) as before using (month, segment_kind, segment_value)
        )
        where opening_mrr <> previous_closing
    """,
    "annual recurring revenue is twelve times the monthly": """
        select * from marts.rpt_mrr_monthly where closing_arr <> 12 * closing_mrr
    """,
    "paying accounts are those with MRR at the month's end": """
        with accounts as (
            select month, count(*) filter (closing_mrr > 0) as paying_accounts
            from marts.fct_account_months group by month
        )
        select * from accounts
        inner join (
            select month, paying_accounts as reported
            from marts.rpt_mrr_monthly where segment_kind = 'all'
        ) using (month)
        where reported <> paying_accounts
    """,
    "rows in are rows accepted, quarantined, deduplicated and suppressed": """
        select * from marts.fct_load_results
        where rows_in <> rows_accepted + rows_quarantined + rows_deduplicated + rows_suppressed
    """,
    "every account with MRR is in the dimension": """
        select distinct account_id from marts.fct_subscription_item_periods
        anti join marts.dim_accounts using (account_id)
    """,
}


@pytest.mark.slow
@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize(
    "group",
    [pytest.param(group, marks=pytest.mark.xdist_group(group.name)) for group in GROUPS],
    ids=lambda group: group.name,
)
def test_identity(scenario_root, group, identity):
    for marts in group.marts(scenario_root):
        assert marts.rows(IDENTITIES[identity]) == []


@pytest.mark.slow
@pytest.mark.xdist_group("main")
def test_without_a_longest_gap_an_account_is_new_only_once(scenario_root):
    (marts,) = MAIN.marts(scenario_root)
    twice = """
        select account_id from marts.fct_mrr_movements
        where movement_type = 'new' group by all having count(*) > 1
    """
    assert marts.rows(twice) == []
