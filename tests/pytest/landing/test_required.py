"""Which tables must be there, where they are looked for, what is unknown."""

import pytest

from orchestration.landing import LandingError

FLAT = "id,updated_at\nb1,2026-03-07 12:00:00\n"


def rules(report):
    return [(one.source_table, one.rule) for one in report.rejections]


def test_a_complete_set_is_enough(shop):
    shop.land_required()
    assert shop.run().reasons == []


def test_the_flat_table_alone_is_enough(shop):
    shop.land("billing/periods.csv", FLAT)
    report = shop.run()
    assert report.reasons == []
    assert str(report.as_of_date) == "2026-03-07"


def test_both_sets_together(shop):
    shop.land_required()
    shop.land("billing/periods.csv", FLAT)
    assert shop.run().reasons == []
    assert shop.given("select count(*) from run.run.loads") == [(3,)]


def test_either_table_of_a_group_completes_the_set(shop):
    shop.land_required()
    shop.unland("shop/price.csv")
    shop.land("shop/plan.csv", "id\np1\n")
    assert shop.run().reasons == []


def test_an_incomplete_set_blocks_with_table_and_place(shop):
    shop.land("shop/customer.csv", "id,_fivetran_synced\nc1,2026-01-01\n")
    shop.land("billing/periods.csv", FLAT)
    report = shop.run()
    assert report.is_blocked
    (reason,) = report.reasons
    assert "shop.price or shop.plan is missing" in reason
    assert "price.csv" in reason
    assert str(shop.root / "landing" / "shop") in reason
    assert rules(report) == [("shop.price", "missing_table")]


def test_each_missing_table_is_named(shop):
    shop.land("shop/plan.csv", "id\np1\n")
    report = shop.run()
    assert [name for name, _ in rules(report)] == ["shop.customer"]


def test_an_optional_table_alone_is_no_billing_data(shop):
    shop.land("shop/coupon.csv", "id\nk1\n")
    report = shop.run()
    assert report.is_blocked
    assert "no billing data" in report.reasons[0]
    assert "billing.periods" in report.reasons[0]
    assert "shop.customer, shop.price, shop.plan" in report.reasons[0]


def test_an_empty_folder_of_batches_is_no_table(shop):
    shop.land_required()
    shop.unland("shop/price.csv")
    (shop.root / "landing/shop/price").mkdir()
    assert rules(shop.run()) == [("shop.price", "missing_table")]


def test_no_landing_folder_is_an_error_of_the_setting(shop):
    (shop.root / "landing").rmdir()
    with pytest.raises(LandingError, match="PERENNIAL_LANDING"):
        shop.run()


def test_a_required_table_that_landed_whole_must_land_again(shop):
    shop.land_required()
    shop.run()
    shop.unland("shop/customer.csv")
    report = shop.run()
    assert rules(report) == [("shop.customer", "missing_table")]
    assert "It was there before." in report.reasons[0]
    assert shop.raw("select id from shop.customer") == [("c1",)]


def test_a_required_log_of_batches_may_bring_no_new_batch(shop):
    shop.land_required()
    shop.unland("shop/customer.csv")
    shop.land("shop/customer/a.csv", "id,_fivetran_synced\nc1,2026-03-01\n")
    shop.run()
    shop.unland("shop/customer/a.csv")
    report = shop.run()
    assert not report.is_blocked
    assert report.stale_tables == []
    assert shop.raw("select id from shop.customer") == [("c1",)]


def test_a_whole_set_that_was_there_before_is_missed(shop):
    shop.land_required()
    shop.land("billing/periods.csv", FLAT)
    shop.run()
    shop.unland("billing/periods.csv")
    assert rules(shop.run()) == [("billing.periods", "missing_table")]
    (shop.settings.home / "raw.duckdb").unlink()
    assert rules(shop.run()) == [("billing.periods", "missing_table")]


def test_the_other_table_of_a_group_may_go(shop):
    shop.land_required()
    shop.land("shop/plan.csv", "id\np1\n")
    shop.run()
    shop.unland("shop/plan.csv")
    report = shop.run()
    assert report.reasons == []
    assert any("shop.plan is no longer in the landing" in text for text in report.warnings)
    assert shop.raw("select id from shop.plan") == [("p1",)]


def test_an_optional_table_that_is_gone_stays_at_its_last_load(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "id\nk1\n")
    assert shop.run().stale_tables == []
    shop.unland("shop/coupon.csv")
    for _ in range(2):
        report = shop.run()
        assert report.stale_tables == ["shop.coupon"]
        assert any("shop.coupon is no longer in the landing" in text for text in report.warnings)
        assert shop.raw("select id from shop.coupon") == [("k1",)]
        assert shop.given(
            "select outcome, is_new from run.run.loads where source_table = 'shop.coupon'"
        ) == [("accepted", False)]


def test_an_optional_table_that_never_landed_is_no_matter(shop):
    shop.land_required()
    report = shop.run()
    assert report.warnings == []
    assert report.stale_tables == []
    assert shop.raw("select count(*) from duckdb_tables() where table_name = 'coupon'") == [(0,)]


def test_a_blocked_run_leaves_raw_as_it_was_and_lists_what_fits_it(shop):
    shop.land_required()
    shop.run()
    shop.land("shop/coupon.csv", "id\nk1\n")
    shop.land("shop/customer.csv", "id,seats,_fivetran_synced\nc9,1,2026-03-09\n")
    shop.unland("shop/price.csv")
    report = shop.run()
    assert report.is_blocked
    assert shop.raw("select id from shop.customer") == [("c1",)]
    assert shop.raw("select count(*) from duckdb_tables() where table_name = 'coupon'") == [(0,)]
    waiting = "select count(*) from duckdb_tables() where table_name like '%incoming%'"
    assert shop.raw(waiting) == [(0,)]
    assert shop.given("select source_table, outcome from run.run.loads order by 1") == [
        ("shop.customer", "accepted"),
        ("shop.price", "accepted"),
    ]
    shop.land_required("2026-03-09")
    shop.land("shop/customer.csv", "id,seats,_fivetran_synced\nc9,1,2026-03-09\n")
    assert shop.run().reasons == []
    assert shop.raw("select id from shop.customer") == [("c9",)]


def test_what_nobody_reads_is_said_and_left_alone(shop):
    shop.land_required()
    shop.land("crm/account.csv", "id\na1\n")
    shop.land("shop/refund.csv", "id\nr1\n")
    shop.land("shop/customer.xlsx", "x")
    shop.land("stray.csv", "x")
    shop.land("shop/plan/2026/a.csv", "id\np1\n")
    shop.land("shop/plan/a.json", "{}")
    report = shop.run()
    assert report.reasons == []
    for name in ("crm", "shop.refund", "customer.xlsx", "stray.csv", "2026", "a.json"):
        assert any(name in text for text in report.warnings), name
    assert len(report.warnings) == 6
    assert shop.given("select count(*) from run.run.loads") == [(2,)]


def test_read_mes_and_dot_files_are_not_worth_a_word(shop):
    shop.land_required()
    for name in ("README.md", ".gitkeep", "shop/README.md", "shop/.DS_Store", ".git/config"):
        shop.land(name, "x")
    assert shop.run().warnings == []


def test_names_of_files_are_taken_without_case(shop):
    shop.land("Shop/Customer.CSV", "id,_fivetran_synced\nc1,2026-01-01\n")
    shop.land("Shop/PRICE.csv", "id,amount\np1,1\n")
    assert shop.run().reasons == []
    assert shop.raw("select id from shop.customer") == [("c1",)]
