"""A quarter is closed, then the past turns out otherwise: the locked stays, pay is adjusted."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

from compensation.closing import pay
from compensation.company import account_id


def test_the_quarter_is_paid_as_its_data_said(story: SimpleNamespace) -> None:
    # n = -4,000 / 200,000 = -2.0%: 82% of 6,250.
    earned = {name: row["earned_bonus"] for name, row in story.before.items()}
    assert earned == {
        "cancel": Decimal("5125.00"),
        "invoice": Decimal("5125.00"),
        "giver": Decimal("5125.00"),
        # Nothing happened: 10%.
        "taker": Decimal("625.00"),
        "steady": Decimal("5125.00"),
        "weights": None,
        "helper": None,
    }


def test_closing_says_sums_alone_and_is_done_once(story: SimpleNamespace) -> None:
    assert story.closing.returncode == 0, story.closing.stderr
    assert "2026Q1 is closed" in story.closing.stdout
    assert "21,125.00 usd" in story.closing.stdout
    assert "5 statements" in story.closing.stdout
    assert story.again.returncode == 0
    assert "was closed on" in story.again.stdout


def test_shares_above_one_hold_the_statements_concerned(story: SimpleNamespace) -> None:
    status = {name: row["status"] for name, row in story.before.items()}
    assert {name for name, word in status.items() if word == "held"} == {"weights", "helper"}
    assert set(status.values()) == {"held", "provisional"}
    assert "held, without pay: helper, weights" in story.closing.stdout


def test_an_owner_whom_the_roster_does_not_know_is_nobody(story: SimpleNamespace) -> None:
    query = f"select * from comp.fct_csm_comp_lines where account_id = '{account_id('ghostly')}'"
    (line,) = [row for row in pay(story.home, query) if row["quarter"] == "2026Q1"]
    assert (line["csm_id"], line["line_kind"]) == (None, "unowned")


def test_what_was_locked_does_not_change_by_a_bit(story: SimpleNamespace) -> None:
    assert story.locked_after == story.locked
    assert story.locked_again == story.locked
    hashes = {row["csm_id"]: row["statement_hash"] for row in story.locked["locked_statements"]}
    assert {name: row["statement_hash"] for name, row in story.after.items()} == hashes
    assert {name: row["statement_hash"] for name, row in story.before.items()} == hashes
    status = {
        row["status"] for name, row in story.after.items() if name not in ("weights", "helper")
    }
    assert status == {"locked"}


#: By hand. cancel: -3,000/200,000 = -1.5%, 64% = 4,000. invoice: -1,000/200,000 = -0.5%, 28% =
#: 1,750. giver: nothing on 190,000, 10% = 625. taker: -4,000/210,000, 78.571% = 4,910.71.
ADJUSTED = {
    "cancel": Decimal("-1125.00"),
    "invoice": Decimal("-3375.00"),
    "giver": Decimal("-4500.00"),
    "taker": Decimal("4285.71"),
}
NAMED = {"cancel": "gone", "invoice": "billed", "giver": "swap", "taker": "swap"}


def test_later_corrections_are_adjustments_of_the_next_open_quarter(story: SimpleNamespace) -> None:
    assert {row["csm_id"]: row["adjustment_amount"] for row in story.adjustments} == ADJUSTED
    assert {(row["quarter"], row["adjusted_quarter"]) for row in story.adjustments} == {
        ("2026Q2", "2026Q1")
    }
    for row in story.adjustments:
        assert account_id(NAMED[row["csm_id"]]) in row["calc_note"], row["calc_note"]
    found = {name: row["adjustment_amount"] for name, row in story.open.items()}
    others = {name: found[name] for name in ("steady",)}
    assert {**found, **ADJUSTED} | others == found
    assert others == {"steady": Decimal("0.00")}


def test_what_is_payable_never_falls_below_zero_and_the_rest_is_carried(
    story: SimpleNamespace,
) -> None:
    for name in ("cancel", "invoice", "giver", "taker"):
        row = story.open[name]
        total = row["earned_bonus"] + row["adjustment_amount"] + row["carried_in"]
        assert row["payable_amount"] == max(total, Decimal(0))
        assert row["carried_out"] == min(total, Decimal(0))
    assert story.open["giver"]["carried_out"] < 0


def test_the_locked_statements_verify_and_the_difference_is_told(story: SimpleNamespace) -> None:
    assert story.verified.returncode == 0, story.verified.stdout
    assert "unchanged: every hash" in story.verified.stdout
    # -1,125 - 3,375 - 4,500 + 4,285.71
    assert "4 adjustments of -4,714.29 usd in 2026Q2" in story.verified.stdout


def test_a_build_from_nothing_says_the_same(story: SimpleNamespace) -> None:
    assert story.told_again == story.told


def test_what_was_adjusted_is_not_adjusted_again(story: SimpleNamespace) -> None:
    """Withdrawn again, the first quarter is -2.0% as it was locked: the 1,125 taken come back."""
    assert story.second.returncode == 0, story.second.stderr
    third = story.third["cancel"]
    # The second quarter paid 625 - 1,125 = 0 and left 500 to be taken back.
    assert (third["adjustment_amount"], third["carried_in"]) == (
        Decimal("1125.00"),
        Decimal("-500.00"),
    )
    # 1,000 came back into its book in no quarter that is open: n = 0, 10%.
    assert third["earned_bonus"] == Decimal("625.00")
    assert third["payable_amount"] == Decimal("1250.00")
    # What stays as corrected is settled.
    for name in ("invoice", "giver", "taker"):
        assert story.third[name]["adjustment_amount"] == Decimal("0.00")
    first = [row for row in story.locked_third["locked_statements"] if row["quarter"] == "2026Q1"]
    assert first == story.locked["locked_statements"]
    assert story.verified_third.returncode == 0
    assert "+1,125.00 usd in 2026Q3" in story.verified_third.stdout


def test_refused_plan_data_hold_the_pay_file_and_nothing_else(story: SimpleNamespace) -> None:
    assert story.told_refused == story.told_good
    assert len(story.accounts) == 1
    held = story.refused_manifest["compensation"]
    assert (held["run_id"], held["is_held"]) == (story.good_run, True)


def test_the_refusal_says_what_where_and_what_to_do(story: SimpleNamespace) -> None:
    warnings = [text for text in story.refused.last_run["warnings"] if "pay data refused" in text]
    told = " ".join(warnings)
    words = (
        # Two assignments on a day, a curve with a gap, two methods in one quarter.
        *(
            "assignments_follow",
            "employee_id steady",
            "curves_have_no_gap",
            "reference, issue a gap",
        ),
        *("versions_agree", "row", "for example", story.good_run),
    )
    for word in words:
        assert word in told, told
    assert "pay data refused" in story.refused.text
    assert "Pay data: refused" in story.refused.text
    assert story.refused_manifest["compensation"]["reasons"]
    assert "were refused" in story.close_refused.stderr
    assert story.close_refused.returncode == 1
