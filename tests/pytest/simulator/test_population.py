"""The simulated company as a whole: shares, conservation, movements, plausibility."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet

from simulator.book import Book
from simulator.cli import main
from simulator.clock import add_interval, iso, moment
from simulator.company import Company, simulate
from simulator.config import SimulatorConfig
from simulator.ids import with_suffix
from simulator.money import round_half_away

SPECIAL = (
    "unprorated",
    "next_invoice",
    "interval_change",
    "deleted_item",
    "collapsed",
    "late_connector",
)


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(SimulatorConfig(accounts=400, months=36, seed=5))


@pytest.mark.parametrize(("accounts", "seed"), [(80, 1), (300, 2), (1000, 3)])
def test_every_special_event_happens_to_one_account_in_twenty(accounts, seed):
    shares = simulate(SimulatorConfig(accounts=accounts, seed=seed)).shares()
    for name in SPECIAL:
        assert shares.get(name, 0) >= 0.05, name


def test_movements_add_up_to_the_balance_of_every_account(company):
    balances = {
        (account, day): mrr
        for account, day, mrr in company.truth().itertuples(index=False, name=None)
    }
    last: dict[str, Decimal] = {}
    moved: dict[tuple, Decimal] = {}
    for row in company.truth_movements().itertuples(index=False):
        assert row.opening_mrr == last.get(row.account_id, 0) or (
            (row.account_id, row.movement_date) in moved
        )
        key = (row.account_id, row.movement_date)
        moved[key] = moved.get(key, row.opening_mrr) + row.mrr_change
        last[row.account_id] = row.closing_mrr
    changed = {key: mrr for key, mrr in moved.items() if key in balances}
    assert changed == balances


def test_months_add_up(company):
    months = company.truth_months()
    assert len(months) == 36
    before = Decimal(0)
    for row in months.to_dict("records"):
        assert row["opening_mrr"] == before
        moves = [value for name, value in row.items() if name not in _BALANCES]
        assert row["opening_mrr"] + sum(moves) == row["closing_mrr"]
        before = row["closing_mrr"]
    assert (months["transfer_in_mrr"] + months["transfer_out_mrr"] == 0).all()


_BALANCES = ("month", "opening_mrr", "closing_mrr")


def test_all_movement_types_and_reasons_happen(company):
    frame = company.truth_movements()
    assert set(frame["movement_type"]) == {
        "new",
        "reactivation",
        "expansion",
        "contraction",
        "churn",
        "fx",
        "transfer_in",
        "transfer_out",
    }
    assert {"voluntary", "involuntary"} <= set(frame["churn_reason"])


def test_items_add_up_to_accounts(company):
    items: dict[tuple, Decimal] = {}
    state: dict[tuple, tuple[str, Decimal]] = {}
    for row in company.truth_items().itertuples(index=False):
        before = state.get(row.subscription_item_id)
        if before is not None:
            items[before[0]] = items.get(before[0], Decimal(0)) - before[1]
        state[row.subscription_item_id] = (row.account_id, row.mrr)
        items[row.account_id] = items.get(row.account_id, Decimal(0)) + row.mrr
        assert row.agreed_date <= row.change_date
    truth = company.truth()
    closing = dict(zip(truth["account_id"], truth["mrr"], strict=True))
    assert {account: mrr for account, mrr in items.items() if mrr} == {
        account: mrr for account, mrr in closing.items() if mrr
    }


def test_the_evidence_is_the_agreement_where_nothing_special_happens():
    from simulator.config import Shares

    hidden = dict.fromkeys((*SPECIAL, "voided_invoice", "discount_removed", "price_rise"), 0.0)
    hidden |= {"incomplete": 0.0, "paused": 0.0, "failed_payment": 0.0, "tiered": 0.0}
    plain = simulate(SimulatorConfig(accounts=120, seed=6, shares=Shares(**hidden)))
    assert plain.truth().equals(plain.truth(basis="agreed"))


def test_an_fx_movement_and_a_transfer_on_one_day():
    rates = {("eur", date(2026, month, 1)): Decimal("1.1") for month in range(1, 4)}
    rates |= {("eur", date(2026, month, 1)): Decimal("1.2") for month in range(4, 13)}
    book = Book("2026-01-01", "2026-12-31", rates=rates)
    price = book.simple_price(100, currency="eur")
    giver, taker = (book.customer(book.account(), currency="eur") for _ in range(2))
    sub = book.subscribe(giver, "2026-01-10", (price, 1))
    sub.transfer("2026-04-01 08:00", taker)
    frame = Company(book).truth_movements()
    rows = frame[frame["account_id"] == taker.account.key]
    assert list(rows["movement_type"]) == ["transfer_in", "fx"]
    assert list(rows["mrr_change"]) == [110, 10]


def test_a_day_on_which_an_account_ends_has_no_fx():
    rates = {
        ("eur", date(2026, month, 1)): Decimal(1) + month / Decimal(10) for month in range(1, 13)
    }
    book = Book("2026-01-01", "2026-12-31", rates=rates)
    customer = book.customer(book.account(), currency="eur")
    sub = book.subscribe(customer, "2026-01-01", (book.simple_price(100, currency="eur"), 1))
    sub.cancel("2026-02-15", at_period_end=True)
    frame = Company(book).truth_movements()
    assert list(frame["movement_type"]) == ["new", "fx", "churn"]
    assert list(frame["mrr_change"]) == [110, 10, -120]


def test_an_account_that_received_its_first_mrr_is_never_new():
    book = Book("2026-01-01", "2026-12-31")
    giver, taker = (book.customer(book.account()) for _ in range(2))
    sub = book.subscribe(giver, "2026-01-01", (book.simple_price(10), 1))
    sub.transfer("2026-02-10", taker)
    sub.cancel("2026-03-10")
    book.subscribe(taker, "2026-05-01", (book.simple_price(20), 1))
    frame = Company(book).truth_movements()
    rows = frame[frame["account_id"] == taker.account.key]
    assert list(rows["movement_type"]) == ["transfer_in", "churn", "reactivation"]


def test_months_stop_at_short_ends_and_halves_go_away_from_zero():
    from fractions import Fraction

    anchor = moment("2026-01-31 10:00")
    assert iso(add_interval(anchor, "month", 1)) == "2026-02-28T10:00:00Z"
    assert iso(add_interval(anchor, "month", 2)) == "2026-03-31T10:00:00Z"
    assert [round_half_away(Fraction(half, 2)) for half in (-3, -1, 1, 3)] == [-2, -1, 1, 2]


def test_a_salesforce_id_gets_its_check_suffix():
    assert with_suffix("00130000000xEfT") == "00130000000xEfTAAU"
    assert with_suffix("001aaaaaaaaaaaa") == "001aaaaaaaaaaaaAAA"


def test_the_command_line_writes_a_landing_and_its_truth(tmp_path, capsys):
    arguments = ["--accounts", "20", "--months", "6", "--landing", str(tmp_path / "landing")]
    code = main([*arguments, "--until", "2024-01-31", "--truth", str(tmp_path / "truth.csv")])
    assert code == 0
    assert "landing of 2024-01-31" in capsys.readouterr().out
    assert (tmp_path / "truth.csv").read_text().startswith("account_id,change_date,mrr\n")
    assert (tmp_path / "landing/stripe/invoice.csv").exists()


def test_the_shipped_demo_is_what_its_readme_says(tmp_path):
    raw = Path(__file__).parents[3] / "seeds" / "raw"
    command = next(line for line in (raw / "README.md").read_text().splitlines() if "-m" in line)
    words = command.split()[3:]
    landing, reference = words.index("--landing") + 1, words.index("--reference") + 1
    words[landing], words[reference] = str(tmp_path / "raw"), str(tmp_path / "reference")
    main(words)
    shipped = {path.relative_to(raw): path for path in raw.glob("*/*.csv")}
    assert len(shipped) == 43
    for name, path in shipped.items():
        assert path.read_bytes() == (tmp_path / "raw" / name).read_bytes(), name
    # Parquet holds the writer's version too: its rows are compared, not its bytes.
    months = sorted(raw.glob("segment/tracks/*.parquet"))
    assert [path.name for path in months] == sorted(
        path.name for path in (tmp_path / "raw/segment/tracks").iterdir()
    )
    for path in months:
        written = tmp_path / "raw" / "segment" / "tracks" / path.name
        assert parquet.read_table(path).equals(parquet.read_table(written)), path.name
    features = "product_features.csv"
    assert (raw.parent / "reference" / features).read_bytes() == (
        tmp_path / "reference" / features
    ).read_bytes()
    everything = [path for path in raw.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in everything) < 12_000_000


def test_the_demo_is_a_plausible_company():
    demo = simulate(SimulatorConfig(accounts=300, seed=72))
    months = demo.truth_months()
    assert 3_700_000 < months["closing_mrr"].iloc[-1] * 12 < 4_300_000
    truth = demo.truth()
    for end in ("2025-10-01", "2026-04-01", "2026-10-01"):
        before = f"{int(end[:4]) - 1}{end[4:]}"
        opening, closing = balances(truth, before), balances(truth, end)
        sums: dict[str, list] = {}
        for account, mrr in opening.items():
            if mrr > 0:
                tier = "large" if mrr >= 4000 else "middle" if mrr >= 800 else "small"
                sums.setdefault(tier, []).append((mrr, closing[account]))
        assert len(sums) == 3
        for tier, pairs in sums.items():
            nrr = sum(pair[1] for pair in pairs) / sum(pair[0] for pair in pairs)
            assert Decimal("0.9") <= nrr <= Decimal("1.2"), (tier, end)


def balances(truth, day: str) -> dict[str, Decimal]:
    """Return MRR by account at the opening of a day."""
    known = truth[truth["change_date"] < date.fromisoformat(day)]
    last = known.groupby("account_id")["mrr"].last()
    return dict(zip(last.index, last, strict=True))
