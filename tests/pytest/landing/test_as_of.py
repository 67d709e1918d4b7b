"""The day a run speaks for."""

from datetime import date

import pytest

from orchestration.landing import LandingError, Verdict, provisional_as_of, stage_arrivals


def test_the_latest_sync_day_over_all_tables(shop):
    shop.land_required("2026-03-05 10:00:00")
    shop.land("shop/coupon.csv", "id,_fivetran_synced\nk1,2026-03-08 23:59:59\nk2,2026-03-06\n")
    assert shop.run().as_of_date == date(2026, 3, 8)


def test_the_day_that_was_asked_for_wins(shop):
    shop.land_required()
    shop.as_of = date(2026, 1, 31)
    report = shop.run()
    assert report.as_of_date == date(2026, 1, 31)
    assert shop.given("select as_of_date from run.run.runs") == [(date(2026, 1, 31),)]


def test_placeholders_and_what_is_no_time_do_not_count(shop):
    shop.land_required()
    shop.land(
        "shop/coupon.csv",
        "id,_fivetran_synced\nk1,9999-12-31\nk2,1970-01-01\nk3,soon\nk4,2026-03-07\n",
    )
    assert shop.run().as_of_date == date(2026, 3, 7)
    assert shop.given(
        "select synced_from::varchar, synced_to::varchar from run.run.loads "
        "where source_table = 'shop.coupon'"
    ) == [("2026-03-07 00:00:00", "2026-03-07 00:00:00")]


def test_an_offset_is_applied_before_the_day_is_taken(shop):
    shop.land_required("2026-03-05T23:30:00-02:00")
    assert shop.run().as_of_date == date(2026, 3, 6)


def test_the_day_is_one_of_the_reporting_timezone(shop):
    shop.land_required("2026-03-05 23:30:00")
    shop.dbt_vars = {"reporting_timezone": "Asia/Tokyo"}
    assert shop.run().as_of_date == date(2026, 3, 6)
    project = shop.root / "project" / "dbt_project.yml"
    shop.dbt_vars = {}
    project.write_text("vars: {reporting_timezone: America/New_York}")
    shop.land_required("2026-03-07 03:00:00")
    assert shop.run().as_of_date == date(2026, 3, 6)
    shop.dbt_vars = {"reporting_timezone": "Mars/Olympus"}
    with pytest.raises(LandingError, match="Mars/Olympus"):
        shop.run()


def test_tables_in_force_count_though_they_did_not_land_again(shop):
    shop.land_required()
    shop.land("shop/coupon/a.csv", "id,_fivetran_synced\nk1,2026-03-09\n")
    shop.run()
    shop.unland("shop/coupon/a.csv")
    shop.land("shop/coupon/b.csv", "id,_fivetran_synced\nk2,2026-03-06\n")
    assert shop.run().as_of_date == date(2026, 3, 9)


def test_a_replaced_load_does_not_count(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "id,_fivetran_synced\nk1,2026-03-09\n")
    shop.run()
    shop.land("shop/coupon.csv", "id,_fivetran_synced\nk1,2026-03-06\n")
    assert provisional_as_of(shop.settings, stage_arrivals(shop.settings, shop.contract)) == date(
        2026, 3, 6
    )
    assert shop.run().as_of_date == date(2026, 3, 6)


def test_a_rejected_load_does_not_count(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "id,_fivetran_synced\nk1,2026-03-09\n")
    report = shop.run(Verdict("shop.coupon", "rejected", "volume", "too few"))
    assert report.as_of_date == date(2026, 3, 5)


def test_without_any_sync_time_the_day_must_be_given(shop):
    shop.land("shop/customer.csv", "id,_fivetran_synced\nc1,\n")
    shop.land("shop/price.csv", "id,amount\np1,1\n")
    report = shop.run()
    assert report.is_blocked
    assert "PERENNIAL_AS_OF" in report.reasons[0]
    assert report.as_of_date is None
    shop.as_of = date(2026, 1, 31)
    assert shop.run().reasons == []
