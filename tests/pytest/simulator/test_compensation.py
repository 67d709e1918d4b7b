"""The independent calculation of compensation against the figures of compensation.md, by hand."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.clock import day_number
from simulator.company import Company, simulate
from simulator.compensation import Compensation
from simulator.config import SimulatorConfig
from simulator.pay import Assignment, quarter_days
from simulator.pay_facts import Facts, Move
from simulator.pay_holders import Holders, Part, Person
from simulator.pay_plan import METHODS, REFERENCE, rounded
from simulator.pay_truth import true_compensation

Q1 = "2026Q1"
END = day_number("2026-03-31")
LONG_AGO = day_number("2020-01-01")


def person(role: str = "csm", manager: str | None = "M", **days: str) -> Person:
    left = days.get("left")
    return Person(
        role,
        manager,
        day_number(days.get("hired", "2020-01-01")),
        None if left is None else day_number(left),
    )


def plan_of(employee: str, target: int = 6250, **given: object) -> Assignment:
    facts = {"guarantee": 0, "since": LONG_AGO, "until": None, "ramp_since": None, **given}
    return Assignment(employee, "reference", target, currency="usd", **facts)


class Story:
    """A few people, their accounts (MRR in whole units) and what happened in Q1 2026."""

    def __init__(self, *assignments: Assignment, method: str = "event_date_owner") -> None:
        self.assignments = list(assignments)
        self.people = {"M": person("manager", None)}
        self.people.update(
            (each.employee, person()) for each in assignments if each.employee != "M"
        )
        self.owners: dict[str, list[tuple[int, str | None]]] = {}
        self.balances: list[tuple[str, int, int]] = []
        self.moves: list[Move] = []
        self.shared: dict[str, list[Part]] = {}
        self.exclusions: set[tuple[str, str]] = set()
        self.method = method

    def book(self, owner: str, count: int, mrr: int) -> list[str]:
        names = [f"{owner}{len(self.owners)}_{index}" for index in range(count)]
        for name in names:
            self.owners[name] = [(LONG_AGO, owner)]
            self.balances.append((name, LONG_AGO, mrr * 100))
        return names

    def move(self, account: str, kind: str, units: int, day: str = "2026-02-01") -> None:
        self.moves.append(Move(account, day_number(day), kind, units * 100))

    def told(self) -> Compensation:
        ramps = [
            (each.employee, each.since, each.until, each.ramp_since)
            for each in self.assignments
            if each.ramp_since is not None
        ]
        return Compensation(
            Facts(
                Holders(self.people, self.owners, {}, self.shared, ramps),
                {"reference": REFERENCE.by(self.method)},
                self.assignments,
                self.moves,
                self.balances,
                self.exclusions,
                END,
            )
        )

    def statements(self) -> dict:
        return {each.csm: each for each in self.told().statements if each.quarter == Q1}


# compensation.md, "Reference plan": expansion, contraction, churn on 200,000; target 6,250.
CASES = {
    "base": (9_000, 2_000, 3_000, "-0.02", "0.975", "0.82", "5125.00"),
    "flat": (5_000, 2_000, 3_000, "0", "0.975", "0.10", "625.00"),
    "loss": (2_000, 1_500, 4_500, "0.02", "0.97", "0", "0.00"),
    "star": (16_000, 1_000, 3_000, "-0.06", "0.98", "3", "18750.00"),
    "masked": (30_000, 2_000, 22_000, "-0.03", "0.88", "0.5", "3125.00"),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", CASES)
def test_the_reference_plan_pays_as_its_table_says(case: str, method: str) -> None:
    expansion, contraction, churn, rate, retention, factor, pay = CASES[case]
    story = Story(plan_of("A"), method=method)
    first, second, third, *_ = story.book("A", 20, 10_000)
    story.move(first, "expansion", expansion)
    story.move(second, "contraction", -contraction)
    story.move(third, "churn", -churn)
    found = story.statements()["A"]
    assert found.opening_book == 200_000
    assert (found.rate, found.retention) == (Fraction(rate), Fraction(retention))
    assert found.factor == Fraction(factor)
    assert found.earned == Decimal(pay)


@pytest.mark.parametrize(
    ("rate", "factor"),
    [
        ("0.010001", "0"),
        ("0.01", "0.05"),
        ("0.000001", "0.05"),
        ("0", "0.10"),
        ("-0.025", "1"),
        ("-0.05", "2.35"),
        # 235% + 72 points for 0.9 of a point = 299.8%; one more tenth goes over the cap.
        ("-0.059", "2.998"),
        ("-0.06", "3"),
    ],
)
def test_the_joints_of_the_curve(rate: str, factor: str) -> None:
    assert REFERENCE.factor(Fraction(rate), Fraction(1)) == Fraction(factor)


def test_the_gate_caps_below_ninety_percent_only() -> None:
    assert REFERENCE.factor(Fraction("-0.03"), Fraction("0.9")) == Fraction("1.27")
    assert REFERENCE.factor(Fraction("-0.03"), Fraction("0.8999")) == Fraction("0.5")


# "Attribution": X, worth 20,000, moves from A to B on 15 February, churns 20 March
METHOD_TABLE = {
    "opening_owner": ("0.06", "0.00", "-0.02", "5125.00"),
    "event_date_owner": ("-0.04", "11312.50", "0.18", "0.00"),
    "time_weighted": (Fraction(2, 190), "0.00", Fraction(8, 110), "0.00"),
    "closing_owner": (Fraction(-8, 180), "12812.50", "0.15", "0.00"),
}


@pytest.mark.parametrize("method", METHODS)
def test_an_account_that_moves_and_churns_under_each_method(method: str) -> None:
    story = Story(plan_of("A"), plan_of("B"), method=method)
    gains, losses, *_ = story.book("A", 18, 10_000)
    (moved,) = story.book("A", 1, 20_000)
    other_gains, other_losses, *_ = story.book("B", 20, 5_000)
    story.owners[moved].append((day_number("2026-02-15"), "B"))
    story.move(gains, "expansion", 9_000)
    story.move(losses, "contraction", -1_000)
    story.move(other_gains, "expansion", 3_000)
    story.move(other_losses, "contraction", -1_000)
    story.move(moved, "churn", -20_000, "2026-03-20")
    found = story.statements()
    rate_a, pay_a, rate_b, pay_b = METHOD_TABLE[method]
    assert (found["A"].rate, found["A"].earned) == (Fraction(rate_a), Decimal(pay_a))
    assert (found["B"].rate, found["B"].earned) == (Fraction(rate_b), Decimal(pay_b))


@pytest.mark.parametrize(("day", "owner"), [("2026-03-16", "A"), ("2026-03-17", "B")])
def test_the_day_of_a_hand_over_is_day_one_of_the_grace(day: str, owner: str) -> None:
    # Day 1 is 15 February, day 30 is 16 March.
    story = Story(plan_of("A"), plan_of("B"))
    (moved, *_) = story.book("A", 20, 10_000)
    story.book("B", 20, 10_000)
    story.owners[moved].append((day_number("2026-02-15"), "B"))
    story.move(moved, "churn", -10_000, day)
    (line,) = [each for each in story.told().lines if each.kind == "counted"]
    assert line.csm == owner


def test_the_grace_share_of_someone_who_left_is_unowned() -> None:
    story = Story(plan_of("A", until=day_number("2026-02-15")), plan_of("B"))
    story.people["A"] = person(left="2026-02-15")
    (moved, *_) = story.book("A", 20, 10_000)
    story.owners[moved].append((day_number("2026-02-15"), "B"))
    story.move(moved, "churn", -10_000, "2026-03-01")
    (line,) = story.told().lines
    assert (line.csm, line.kind) == (None, "unowned")


@pytest.mark.parametrize("method", ["closing_owner", "time_weighted"])
def test_who_comes_in_mid_quarter_is_paid_by_the_day(method: str) -> None:
    # Hired 10 February: 50 of 90 days, 6,250 x 50/90 = 3,472.22 at a factor of 100% (n = -2.5%).
    hired = day_number("2026-02-10")
    story = Story(plan_of("A", since=hired), method=method)
    story.people["A"] = person(hired="2026-02-10")
    (gains, *_) = story.book("A", 20, 10_000)
    # time_weighted credits 50/90 of book and gain alike.
    story.move(gains, "expansion", 5_000, "2026-03-01")
    found = story.statements()["A"]
    assert (found.proration, found.rate) == (Fraction(50, 90), Fraction("-0.025"))
    assert found.earned == Decimal("3472.22")


@pytest.mark.parametrize(
    ("number", "kept", "to_previous"),
    [(30, Fraction(0), Fraction(1)), (31, Fraction(1, 2), Fraction(1, 2)), (61, 1, 0)],
)
def test_a_ramp_hands_on_what_it_does_not_keep(number: int, kept: int, to_previous: int) -> None:
    ramp = day_number("2026-03-20") - number + 1
    story = Story(plan_of("A"), plan_of("B", since=ramp, ramp_since=ramp, guarantee=3_000))
    (moved, *_) = story.book("A", 20, 10_000)
    story.book("B", 20, 10_000)
    # In the hands of B for longer than the grace.
    story.owners[moved].append((day_number("2026-01-02"), "B"))
    story.move(moved, "churn", -10_000, "2026-03-20")
    shares = defaultdict(Fraction)
    for line in story.told().lines:
        shares[line.csm] += line.share
    assert (shares["B"], shares["A"]) == (kept, to_previous)
    # The guarantee holds in a quarter with any of days 1 to 90.
    found = story.statements()["B"]
    assert (found.guarantee, found.payable) == (Decimal("3000.00"), Decimal("3000.00"))


def test_a_shared_row_says_what_a_ramping_owner_keeps() -> None:
    ramp = day_number("2026-02-08")  # 20 March is day 41
    story = Story(plan_of("A"), plan_of("B", since=ramp, ramp_since=ramp))
    (moved, *_) = story.book("A", 20, 10_000)
    story.book("B", 20, 10_000)
    story.owners[moved].append((day_number("2026-01-02"), "B"))
    story.shared[moved] = [Part("B", Fraction("0.3"), LONG_AGO, None)]
    story.move(moved, "churn", -10_000, "2026-03-20")
    shares = {line.csm: line.share for line in story.told().lines}
    assert shares == {"B": Fraction("0.3"), "A": Fraction("0.7")}


def test_a_book_below_the_minimum_goes_to_the_pool_of_the_manager() -> None:
    story = Story(plan_of("A"), plan_of("M", target=9_000))
    (gains, *_) = story.book("A", 14, 10_000)
    story.move(gains, "expansion", 4_200)
    found = story.statements()
    # n = -3% of 140,000; the manager earns 9,000 x 127% of it, who has it in the pool.
    assert (found["A"].opening_book, found["A"].rate, found["A"].earned) == (
        140_000, Fraction("-0.03"), Decimal("0.00"),
    )  # fmt: skip
    assert (found["M"].rate, found["M"].earned) == (Fraction("-0.03"), Decimal("11430.00"))
    assert {(each.csm, each.kind) for each in story.told().books} == {("M", "manager_pool")}


def test_a_manager_is_measured_on_the_combined_book() -> None:
    # A net loss of 4,000 on 200,000 and a net gain of 5,000 on 50,000: n = -1,000 / 250,000.
    story = Story(plan_of("A"), plan_of("B"), plan_of("M"))
    (lost, *_) = story.book("A", 20, 10_000)
    (won, *_) = story.book("B", 20, 2_500)
    story.move(lost, "churn", -4_000)
    story.move(won, "expansion", 5_000)
    assert story.statements()["M"].rate == Fraction("-0.004")


def test_an_exclusion_takes_out_book_and_movements_and_shows_both_pays() -> None:
    story = Story(plan_of("A"))
    gains, lost, *_ = story.book("A", 20, 10_000)
    story.move(gains, "expansion", 3_800)
    story.move(lost, "churn", -10_000)
    story.exclusions = {(lost, Q1)}
    found = story.statements()["A"]
    # With it: -3,800 / 190,000 = -2.0%; without: +6,200 / 200,000 = +3.1%.
    assert (found.rate, found.earned) == (Fraction("-0.02"), Decimal("5125.00"))
    assert found.earned_without_exclusions == Decimal("0.00")


def test_a_target_that_changes_inside_a_quarter_is_the_mean_over_its_days() -> None:
    turn = day_number("2026-02-15")
    story = Story(plan_of("A", 6_000, until=turn), plan_of("A", 8_000, since=turn))
    (gains, *_) = story.book("A", 20, 10_000)
    story.move(gains, "expansion", 5_000)
    found = story.statements()["A"]
    # 45 days each.
    assert (found.target, found.earned) == (7_000, Decimal("7000.00"))


def test_amounts_are_rounded_half_away_from_zero() -> None:
    assert [rounded(Fraction(n)) for n in ("0.005", "-0.005", "0.0049")] == [
        Decimal("0.01"), Decimal("-0.01"), Decimal("0.00"),
    ]  # fmt: skip


def conserved(told: Compensation) -> None:
    """Numerators and opening books: all kinds together are the company's, per account."""
    facts, moves, books = told.facts, defaultdict(Fraction), defaultdict(Fraction)
    for line in told.lines:
        moves[line.move] += line.share
    for book in told.books:
        books[book.quarter, book.account] += book.share
    first = quarter_days(told.quarters[0])[0]
    paid = ("churn", "contraction", "expansion", "reactivation")
    expected = {each for each in facts.moves if each.kind in paid and each.day >= first}
    assert set(moves) == expected
    assert all(share == 1 for share in moves.values())
    assert all(share == 1 for share in books.values())


days_of_q1 = st.integers(day_number("2025-12-01"), END)
people = st.sampled_from(["A", "B", "C", None, "not in the roster"])


@settings(max_examples=60, deadline=None)
@given(
    method=st.sampled_from(METHODS),
    owners=st.lists(st.lists(st.tuples(days_of_q1, people), max_size=4), min_size=1, max_size=5),
    weights=st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), days_of_q1), max_size=2),
    ramp=days_of_q1,
    left=days_of_q1,
    moved=st.integers(day_number("2026-01-01"), END),
)
def test_nothing_is_lost_or_counted_twice(
    method: str, owners: list, weights: list, ramp: int, left: int, moved: int
) -> None:
    story = Story(
        plan_of("A"), plan_of("B", ramp_since=ramp), plan_of("C", until=left), method=method
    )
    story.people["C"] = person()._replace(left=left)
    for number, history in enumerate(owners):
        name = f"acc{number}"
        story.owners[name] = sorted({LONG_AGO: "A", **dict(history)}.items())
        story.balances.append((name, LONG_AGO, 100_000))
        story.shared[name] = [
            Part(who, Fraction("0.4"), since, None) for who, since in dict(weights).items()
        ]
        story.moves.append(Move(name, moved, "churn", -100_000))
    conserved(story.told())


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(SimulatorConfig(accounts=400, months=30, seed=11))


@pytest.mark.parametrize("method", METHODS)
def test_a_simulated_company_is_conserved(company: Company, method: str) -> None:
    told = true_compensation(company.success, company.view(), method)
    conserved(told)
    kinds = {each.kind for each in told.lines}
    assert {"counted", "outside_book", "unowned", "manager_pool", "excluded"} <= kinds
    assert len(told.statements) > 60
