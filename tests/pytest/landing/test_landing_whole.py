def test_a_whole_table_is_loaded_typed_and_listed(shop):
    shop.land_required()
    report = shop.run()
    assert not report.is_blocked
    assert report.reasons == []
    assert shop.raw("select id, seats from shop.customer") == [("c1", 5)]
    assert shop.types("shop.customer")["seats"] == "BIGINT"
    assert str(report.as_of_date) == "2026-03-05"
    assert shop.given("select count(*), min(outcome), bool_and(is_new) from run.run.loads") == [
        (2, "accepted", True)
    ]
    again = shop.run()
    assert not again.is_blocked, again.reasons
    assert shop.given("select count(*), bool_or(is_new) from run.run.loads") == [(2, False)]
