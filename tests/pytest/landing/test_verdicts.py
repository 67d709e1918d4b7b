"""What speaks against a load, and who may let it in all the same."""

import json

import pytest

from orchestration.landing import (
    LandingError,
    Verdict,
    approve,
    profile_arrivals,
    schema_verdict,
    stage_arrivals,
)

GOOD = "id,percent_off,_fivetran_synced\nk1,5,2026-03-05\n"


def profiles(shop):
    arrivals = stage_arrivals(shop.settings, shop.contract)
    found = profile_arrivals(shop.settings, shop.contract, arrivals)
    return {profile.source_table: profile for profile in found}


def load_id_of(shop, table):
    return shop.given(
        f"select load_id from run.run.loads where source_table = '{table}' and is_new"
    )[0][0]


def test_a_missing_required_column_rejects_with_table_and_column(shop):
    shop.land_required()
    shop.land("shop/customer.csv", "customer_id,seats,_fivetran_synced\nc1,5,2026-03-05\n")
    report = shop.run()
    assert report.is_blocked
    assert "shop.customer: required column id (renamed to customer_id?) is" in report.reasons[0]
    assert [(one.source_table, one.rule) for one in report.rejections] == [
        ("shop.customer", "missing_column")
    ]
    assert shop.given(
        "select outcome, reason <> '' from run.run.loads where source_table = 'shop.customer'"
    ) == [("rejected", True)]


def test_one_column_of_a_group_is_enough_and_one_must_be_there(shop):
    shop.land_required()
    shop.land("shop/price.csv", "id,amount_decimal\np1,1.5\n")
    assert not shop.run(publish=False).is_blocked
    shop.land("shop/price.csv", "id,label\np1,x\n")
    report = shop.run()
    assert "amount" in report.reasons[0]
    assert "amount_decimal" in report.reasons[0]


def test_a_missing_column_of_an_optional_table_leaves_it_at_its_last_load(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", GOOD)
    shop.run()
    shop.land("shop/coupon.csv", "coupon,percent_off,_fivetran_synced\nk2,6,2026-03-06\n")
    report = shop.run()
    assert not report.is_blocked
    assert [(one.source_table, one.is_required) for one in report.rejections] == [
        ("shop.coupon", False)
    ]
    assert report.stale_tables == ["shop.coupon"]
    assert shop.raw("select id from shop.coupon") == [("k1",)]
    assert shop.given(
        "select outcome, is_new from run.run.loads where source_table = 'shop.coupon' order by 1"
    ) == [("accepted", False), ("rejected", True)]
    assert [result.outcome for result in report.loads if "coupon" in result.load.source_table] == [
        "accepted",
        "rejected",
    ]


def test_a_column_of_the_last_accepted_load_that_is_gone_rejects(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", GOOD)
    shop.run()
    shop.land("shop/coupon.csv", "id,discount,_fivetran_synced\nk1,5,2026-03-06\n")
    report = shop.run()
    assert [one.rule for one in report.rejections] == ["lost_column"]
    assert "percent_off (renamed to discount?) is gone" in report.rejections[0].message
    assert shop.raw("select id, percent_off from shop.coupon") == [("k1", 5.0)]


def test_an_unknown_column_that_is_gone_is_no_matter(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "id,extra,nickname\nk1,x,y\n")
    assert any("nobody reads column extra;" in text for text in shop.run().warnings)
    shop.land("shop/coupon.csv", "id\nk2\n")
    report = shop.run()
    assert report.rejections == []
    assert report.warnings == []


def test_unknown_columns_are_kept_and_warned_about_once(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "id,extra,_fivetran_deleted,nickname\nk1,x,f,y\n")
    report = shop.run()
    assert len([text for text in report.warnings if "extra" in text]) == 1
    assert not any("nickname" in text or "_fivetran" in text for text in report.warnings)
    assert shop.raw("select extra from shop.coupon") == [("x",)]
    assert shop.run().warnings == []


def test_a_column_that_a_var_names_is_not_unknown(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "id,Legacy_Id\nk1,x\n")
    shop.dbt_vars = {"coupon_field": "Legacy_Id"}
    assert shop.run().warnings == []


def test_columns_are_judged_batch_by_batch(shop):
    shop.land_required()
    shop.land("shop/coupon/a.csv", GOOD)
    shop.land("shop/coupon/b.csv", "coupon,percent_off,_fivetran_synced\nk2,6,2026-03-06\n")
    report = shop.run()
    assert [one.source_table for one in report.rejections] == ["shop.coupon"]
    assert shop.raw("select count(*) from duckdb_tables() where table_name = 'coupon'") == [(0,)]


def test_an_older_batch_without_a_newer_column_may_be_loaded_again(shop):
    shop.land_required()
    shop.land("shop/coupon/a.csv", "id\nk1\n")
    shop.run()
    shop.land("shop/coupon/b.csv", GOOD)
    shop.run()
    (shop.settings.home / "raw.duckdb").unlink()
    assert shop.run().rejections == []
    assert shop.raw("select count(*) from shop.coupon") == [(2,)]


def test_a_verdict_of_the_arrival_checks_is_obeyed(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", GOOD)
    report = shop.run(
        Verdict("shop.coupon", "rejected", "volume", "shop.coupon: far too few rows."),
        Verdict("shop.customer", "warned", "stale", "shop.customer is stale."),
    )
    assert not report.is_blocked
    assert "shop.customer is stale." in report.warnings
    assert "far too few rows" in report.rejections[0].message
    assert shop.raw("select count(*) from duckdb_tables() where table_name = 'coupon'") == [(0,)]
    assert shop.raw("select id from shop.customer") == [("c1",)]


def test_a_rejected_required_table_blocks_also_with_nothing_new(shop):
    shop.land_required()
    shop.run()
    report = shop.run(Verdict("shop.customer", "rejected", "stale", "shop is stale."))
    assert report.is_blocked
    assert report.reasons == ["shop is stale."]
    assert shop.given("select distinct outcome from run.run.loads") == [("accepted",)]


def test_a_verdict_takes_the_place_of_the_check_of_columns(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "coupon\nk1\n")
    assert shop.run(Verdict("shop.coupon", "accepted")).rejections == []


def test_an_approved_load_comes_in_with_a_warning(shop):
    shop.land_required()
    no = Verdict("shop.customer", "rejected", "volume", "Too few rows.")
    report = shop.run(no)
    load_id = load_id_of(shop, "shop.customer")
    assert f"perennial approve {load_id} --by NAME --why TEXT" in report.reasons[0]
    approval = approve(shop.settings, load_id, " Ann ", "seen with the vendor")
    assert approval.by == "Ann"
    report = shop.run(no)
    assert report.reasons == []
    assert report.approved_load_ids == [load_id]
    assert any(
        "Too few rows." in text and "approved by Ann: seen with the vendor" in text
        for text in report.warnings
    )
    assert shop.raw("select id from shop.customer") == [("c1",)]
    line = json.loads(shop.settings.approvals_file.read_text())
    assert {"load_id": load_id, "by": "Ann", "why": "seen with the vendor"}.items() <= line.items()
    assert line["at"].endswith("+00:00")


def test_an_approval_is_of_one_content(shop):
    shop.land_required()
    no = Verdict("shop.customer", "rejected", "volume", "Too few rows.")
    shop.run(no)
    approve(shop.settings, load_id_of(shop, "shop.customer"), "Ann", "fine")
    shop.land("shop/customer.csv", "id,seats,_fivetran_synced\nc2,5,2026-03-05\n")
    assert shop.run(no).is_blocked


def test_every_load_concerned_must_be_approved(shop):
    shop.land_required()
    shop.land("shop/coupon/a.csv", "id\nk1\n")
    shop.land("shop/coupon/b.csv", "id\nk2\n")
    no = Verdict("shop.coupon", "rejected", "drift", "Odd.")
    shop.run(no)
    ids = [
        row[0]
        for row in shop.given(
            "select load_id from run.run.loads where source_table = 'shop.coupon' "
            "order by batch_name"
        )
    ]
    approve(shop.settings, ids[0], "Ann", "fine")
    assert len(shop.run(no).rejections) == 1
    only_first = Verdict("shop.coupon", "rejected", "drift", "Odd.", (ids[0],))
    assert shop.run(only_first, publish=False).rejections == []
    approve(shop.settings, ids[1], "Ann", "fine")
    assert shop.run(no).rejections == []


def test_approved_unreadable_rows_come_in_without_those_rows(shop):
    shop.land_required()
    rows = "".join(f"k{number},5\n" for number in range(1_000)) + "broken\n" * 20
    shop.land("shop/coupon.csv", f"id,percent_off\n{rows}")
    assert [one.rule for one in shop.run().rejections] == ["ragged_row"]
    approve(shop.settings, load_id_of(shop, "shop.coupon"), "Ann", "known")
    assert shop.run().rejections == []
    assert shop.raw("select count(*) from shop.coupon") == [(1_000,)]
    assert len(shop.unreadable()) == 20


def test_what_was_never_read_cannot_be_approved(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "")
    shop.run()
    approve(shop.settings, load_id_of(shop, "shop.coupon"), "Ann", "fine")
    assert len(shop.run().rejections) == 1


@pytest.mark.parametrize("wrong", [("", "Ann", "x"), ("id", " ", "x"), ("id", "Ann", "")])
def test_an_approval_needs_an_id_a_name_and_a_reason(shop, wrong):
    with pytest.raises(LandingError, match="needs"):
        approve(shop.settings, *wrong)


def test_a_broken_line_of_approvals_is_named(shop):
    shop.land_required()
    shop.run()
    shop.settings.approvals_file.write_text('\n{"load_id": 1}\n')
    with pytest.raises(LandingError, match=r"approvals\.jsonl, line 2"):
        shop.run()


def test_a_profile_of_what_arrived(shop):
    shop.land_required("2026-03-01")
    shop.land(
        "shop/coupon.csv",
        "id,percent_off,extra,_fivetran_synced\nk1,5,x,2026-03-05\nk2,much,,2026-03-02\nk3\n",
    )
    found = profiles(shop)["shop.coupon"]
    assert (found.rows, found.unreadable_rows, found.previous_rows) == (3, 1, None)
    assert found.uncastable == {"percent_off": 1}
    assert found.unknown_columns == ("extra",)
    assert found.columns == ("id", "percent_off", "extra", "_fivetran_synced")
    assert str(found.oldest_synced) == "2026-03-02 00:00:00"
    assert str(found.newest_synced) == "2026-03-05 00:00:00"
    assert (found.is_new, found.lands_whole, found.is_required, found.never_stale) == (
        True,
        True,
        False,
        False,
    )
    assert len(found.load_ids) == 1
    assert schema_verdict(found).outcome == "warned"


def test_a_profile_knows_the_loads_before(shop):
    for rows in (3, 1, 2):
        shop.land_required()
        text = "".join(f"k{number}\n" for number in range(rows))
        shop.land("shop/coupon.csv", f"id\n{text}")
        shop.run()
    shop.land("shop/coupon.csv", "id\n")
    found = profiles(shop)["shop.coupon"]
    assert (found.rows, found.previous_rows, found.accepted_rows) == (0, 2, (2, 1, 3))


def test_a_profile_of_what_did_not_change(shop):
    shop.land_required()
    shop.land("billing/periods.csv", "id,updated_at\nb1,2020-01-01\n")
    shop.run()
    found = profiles(shop)
    assert found["shop.customer"].is_new is False
    assert found["shop.customer"].load_ids == ()
    assert found["shop.customer"].rows == 1
    assert str(found["shop.customer"].newest_synced) == "2026-03-05 10:00:00"
    assert found["billing.periods"].never_stale is True
    assert found["billing.periods"].is_required is True


def test_a_late_batch_does_not_make_a_table_older(shop):
    shop.land_required()
    shop.land("shop/coupon/b.csv", GOOD)
    shop.run()
    shop.land("shop/coupon/a.csv", "id,percent_off,_fivetran_synced\nk0,1,2026-01-01\n")
    found = profiles(shop)["shop.coupon"]
    assert str(found.newest_synced) == "2026-03-05 00:00:00"
    assert found.lands_whole is False
    assert found.rows == 1
