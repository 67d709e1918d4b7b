"""Reference seeds that a landing replaces for the run."""

import pytest

RATES = "day,currency,rate,source\n2026-01-01,eur,1.1,ecb\n2026-01-01,jpy,0.0066,ecb\n"


@pytest.fixture
def rates(shop):
    shop.land_required()

    def land(content):
        shop.land("reference/rates.csv", content)
        return shop.run()

    return land


def replaced(shop):
    return {row[0] for row in shop.given("select seed_name from run.run.reference_loads")}


def test_a_file_takes_the_place_of_a_seed_with_its_types(rates, shop):
    assert rates(RATES).reasons == []
    assert shop.given(
        "select day::varchar, currency, rate::varchar, source from run.reference.rates order by 2"
    ) == [
        ("2026-01-01", "eur", "1.10000000", "ecb"),
        ("2026-01-01", "jpy", "0.00660000", "ecb"),
    ]
    types = [row[1] for row in shop.given("describe run.reference.rates")]
    assert types == ["DATE", "VARCHAR", "DECIMAL(18,8)", "VARCHAR"]
    assert shop.given("select seed_name, rows_in from run.run.reference_loads") == [("rates", 2)]


def test_without_the_file_the_seed_stands_again(rates, shop):
    rates(RATES)
    shop.unland("reference/rates.csv")
    assert shop.run().reasons == []
    assert shop.given("select count(*) from duckdb_tables() where schema_name = 'reference'") == [
        (0,)
    ]
    assert replaced(shop) == set()


def test_columns_come_by_name_and_one_with_a_default_may_be_left_out(rates, shop):
    report = rates("RATE, currency,day,note\n1.1, eur ,2026-01-01,x\n")
    assert report.reasons == []
    assert shop.given("select currency, source from run.reference.rates") == [("eur", "house")]
    assert any("note is not used" in text for text in report.warnings)
    columns = [row[0] for row in shop.given("describe run.reference.rates")]
    assert columns == ["day", "currency", "rate", "source"]


@pytest.mark.parametrize(
    ("content", "rule", "words"),
    [
        ("day,currency\n2026-01-01,eur\n", "missing_column", "column rate is missing"),
        ("day,currency,rate\n", "empty_file", "it has no rows"),
        ("", "no_header", "not even a header"),
        (
            "day,currency,rate\nsoon,eur,1\n",
            "not_castable",
            "1 values of column day are not a date",
        ),
        ("day,currency,rate\n2026-01-01,eur,1\n2026-01-01,eur,2\n", "duplicate_key", "more than"),
        ("day,currency,rate\n2026-01-01,,1\n", "null_value", "column currency is empty in 1"),
        ("day,currency,rate\n2026-01-01,eur\n", "unreadable_rows", "line 2: 2 fields where"),
        ("day,day,rate\n2026-01-01,eur,1\n", "duplicate_column", "names day twice"),
    ],
)
def test_a_file_that_does_not_fit_blocks_in_words(rates, shop, content, rule, words):
    report = rates(content)
    assert report.is_blocked
    (rejection,) = report.rejections
    assert (rejection.source_table, rejection.rule) == ("reference.rates", rule)
    assert words in rejection.message
    assert "reference/rates.csv" in rejection.message
    assert replaced(shop) == set()


def test_an_unknown_name_is_warned_about(shop):
    shop.land_required()
    shop.land("reference/rates_old.csv", "a\n1\n")
    report = shop.run()
    assert report.reasons == []
    assert any("there is no seed rates_old (seeds: internal, rates)" in t for t in report.warnings)


def test_a_list_that_may_be_empty(shop):
    shop.land_required()
    shop.land("reference/internal.csv", "account_id\n")
    assert shop.run().reasons == []
    assert replaced(shop) == {"internal"}


def test_a_blocked_run_keeps_what_fits(rates, shop):
    shop.land("reference/internal.csv", "account_id\na1\n")
    assert rates("day\n1\n").is_blocked
    assert replaced(shop) == {"internal"}


def test_a_plan_that_does_not_fit_holds_pay_data_alone(rates, shop):
    seeds = shop.root / "project" / "seeds" / "reference" / "_seeds.yml"
    seeds.write_text(seeds.read_text().replace("key: [day, currency]", "is_pay: true"))
    report = rates("day,currency,rate\nsoon,eur,1\n")
    assert (report.is_blocked, report.reasons) == (False, [])
    (rejection,) = report.rejections
    assert (rejection.source_table, rejection.is_required) == ("reference.rates", False)
    assert replaced(shop) == set()
