"""From landed values to the contract's types: lossless, or the column stays text."""

import duckdb
import pytest

from orchestration.landing.read import examine, read_file
from orchestration.landing.store import incoming_name


def read(shop, path, name, column):
    """Read one file as a load; give back a column's type and values in order of id."""
    table = shop.contract.table(f"shop.{name}")
    with duckdb.connect() as raw:
        raw.execute("set TimeZone = 'UTC'; create schema shop")
        result = read_file(raw, path, examine(path), table, "load", shop.root)
        assert result.failure is None
        rows = raw.execute(
            f"select {column}::varchar from {incoming_name(table)} order by id"
        ).fetchall()
        types = {
            row[0]: row[1] for row in raw.execute(f"describe {incoming_name(table)}").fetchall()
        }
    return types[column], [row[0] for row in rows]


def lands(shop, values, column, name="customer"):
    """Read texts of one column as CSV."""
    rows = "".join(f'c{number},"{value}"\n' for number, value in enumerate(values))
    return read(shop, shop.land(f"shop/{name}.csv", f"id,{column}\n{rows}"), name, column)


@pytest.mark.parametrize(
    ("column", "given", "kind", "stored"),
    [
        (
            "seats",
            ["5", "10.0", " 7 ", "-3.", "+2", ""],
            "BIGINT",
            ["5", "10", "7", "-3", "2", None],
        ),
        ("seats", ["5", "10.5", "10.0"], "VARCHAR", ["5", "10.5", "10"]),
        ("seats", ["5", "many"], "VARCHAR", ["5", "many"]),
        ("seats", ["9223372036854775808"], "VARCHAR", ["9223372036854775808"]),
        ("seats", ["", ""], "BIGINT", [None, None]),
        (
            "is_deleted",
            ["t", "f", "true", "FALSE", "1", "0", ""],
            "BOOLEAN",
            ["true", "false", "true", "false", "true", "false", None],
        ),
        ("is_deleted", ["t", "maybe"], "VARCHAR", ["true", "maybe"]),
        (
            "created",
            [
                "2026-01-01",
                "2026-01-01T10:00:00+02:00",
                "2026-01-01 10:00:00Z",
                "2026-01-01 10:00:00.123456",
                "2026-01-01T10:00:00-0530",
                " 2026-01-01 10:00:00 UTC ",
            ],
            "TIMESTAMP",
            [
                "2026-01-01 00:00:00",
                "2026-01-01 08:00:00",
                "2026-01-01 10:00:00",
                "2026-01-01 10:00:00.123456",
                "2026-01-01 15:30:00",
                "2026-01-01 10:00:00",
            ],
        ),
        (
            "created",
            ["2026-01-01T10:00:00+02:00", "yesterday", "2026-01-01 25:00"],
            "VARCHAR",
            ["2026-01-01 08:00:00", "yesterday", "2026-01-01 25:00"],
        ),
        ("created", ["2026-02-30"], "VARCHAR", ["2026-02-30"]),
    ],
)
def test_texts_become_the_type_of_the_contract(shop, column, given, kind, stored):
    assert lands(shop, given, column) == (kind, stored)


@pytest.mark.parametrize(
    ("column", "given", "kind", "stored"),
    [
        ("percent_off", ["5", "1e2", "0.5", ""], "DOUBLE", ["5.0", "100.0", "0.5", None]),
        ("percent_off", ["5", "nan"], "VARCHAR", ["5.0", "nan"]),
        ("percent_off", ["inf"], "VARCHAR", ["inf"]),
        (
            "start",
            ["2026-01-02", "2026-01-02T23:00:00-02:00", "2026-01-02 00:00:00"],
            "DATE",
            ["2026-01-02", "2026-01-03", "2026-01-02"],
        ),
        ("start", ["2026-01-02 25:00"], "VARCHAR", ["2026-01-02 25:00"]),
    ],
)
def test_numbers_and_days(shop, column, given, kind, stored):
    assert lands(shop, given, column, "coupon") == (kind, stored)


@pytest.mark.parametrize(
    ("value", "kind", "stored"),
    [
        ("timestamptz '2026-01-01 10:00:00+02'", "TIMESTAMP", "2026-01-01 08:00:00"),
        ("timestamp_ns '2026-01-01 10:00:00'", "TIMESTAMP", "2026-01-01 10:00:00"),
        ("date '2026-01-01'", "TIMESTAMP", "2026-01-01 00:00:00"),
        ("'2026-01-01T10:00:00+02:00'", "TIMESTAMP", "2026-01-01 08:00:00"),
        ("1767225600", "VARCHAR", "1767225600"),
    ],
)
def test_parquet_moments_become_utc(shop, value, kind, stored):
    path = shop.land_parquet("shop/customer.parquet", f"select 'c1' as id, {value} as created")
    assert read(shop, path, "customer", "created") == (kind, [stored])


@pytest.mark.parametrize(
    ("column", "value", "kind", "stored"),
    [
        ("seats", "5::double", "BIGINT", "5"),
        ("seats", "5.5::double", "VARCHAR", "5.5"),
        ("seats", "'nan'::double", "BIGINT", None),
        ("seats", "1e30::double", "VARCHAR", "1e+30"),
        ("seats", "5::decimal(9,2)", "BIGINT", "5"),
        ("seats", "5.25::decimal(9,2)", "VARCHAR", "5.25"),
        ("seats", "5::utinyint", "BIGINT", "5"),
        ("seats", "true", "BIGINT", "1"),
        ("is_deleted", "1", "BOOLEAN", "true"),
        ("is_deleted", "0.0::double", "BOOLEAN", "false"),
        ("is_deleted", "2", "VARCHAR", "2"),
        ("id", "17", "VARCHAR", "17"),
        ("id", "17::double", "VARCHAR", "17"),
        ("id", "'abc'::blob", "VARCHAR", "abc"),
        ("extra", "{'a': [1, 2]}", "VARCHAR", '{"a":[1,2]}'),
        ("extra", "map {'a': 1}", "VARCHAR", '{"a":1}'),
        ("extra", "[1, 2]", "VARCHAR", "[1,2]"),
        ("extra", "timestamptz '2026-01-01 10:00:00+02'", "TIMESTAMP", "2026-01-01 08:00:00"),
        ("extra", "5::integer", "INTEGER", "5"),
        ("extra", "1.5::decimal(9,2)", "DECIMAL(9,2)", "1.50"),
        ("extra", "''", "VARCHAR", ""),
    ],
)
def test_parquet_values_of_any_type_are_taken(shop, column, value, kind, stored):
    columns = {"id": "'c1'", column: value}
    selected = ", ".join(f"{expression} as {name}" for name, expression in columns.items())
    path = shop.land_parquet("shop/customer.parquet", f"select {selected}")
    assert read(shop, path, "customer", column) == (kind, [stored])


def test_a_nul_byte_in_parquet_is_set_aside_by_its_row(shop):
    shop.land_required()
    shop.land_parquet(
        "shop/coupon.parquet",
        "select 'k' || i as id, case when i = 1 then 'a' || chr(0) when i = 2 then null "
        "else 'x' end as nickname from range(3) as r(i)",
    )
    shop.run()
    assert shop.raw("select id from shop.coupon order by id") == [("k0",), ("k2",)]
    assert shop.unreadable() == [("shop.coupon", "row 2", "nul_byte")]


def test_a_broken_parquet_file_is_refused_in_words(shop):
    shop.land_required()
    shop.land("shop/coupon.parquet", b"PAR1 but no more")
    report = shop.run()
    assert [(one.source_table, one.rule) for one in report.rejections] == [
        ("shop.coupon", "unreadable_file")
    ]
    assert not report.is_blocked


def test_columns_in_parquet_that_differ_only_in_case_are_refused(shop):
    import pyarrow
    from pyarrow import parquet

    shop.land_required()
    table = pyarrow.table([["k1"], ["k2"]], names=["id", "ID"])
    parquet.write_table(table, shop.root / "landing/shop/coupon.parquet")
    report = shop.run()
    assert [one.rule for one in report.rejections] == ["duplicate_column"]


def test_folders_that_look_like_partitions_add_no_columns(shop):
    shop.land_required()
    shop.land("shop/coupon/day=5.csv", "id\nk1\n")
    shop.land_parquet("shop/coupon/day=6.parquet", "select 'k2' as id")
    shop.run()
    assert set(shop.types("shop.coupon")) == {"id", "_perennial_load_id"}


def test_an_unknown_column_of_two_types_becomes_text(shop):
    shop.land_required()
    shop.land_parquet("shop/coupon/a.parquet", "select 'k1' as id, 5 as extra")
    shop.land("shop/coupon/b.csv", "id,extra\nk2,x\n")
    shop.run()
    assert shop.raw("select id, extra from shop.coupon order by id") == [("k1", "5"), ("k2", "x")]


def test_a_typed_batch_joins_a_column_that_is_text(shop):
    shop.land_required()
    shop.land("shop/coupon/a.csv", "id,percent_off\nk1,much\n")
    shop.run()
    shop.land("shop/coupon/b.csv", "id,percent_off\nk2,5\n")
    shop.run()
    assert shop.raw("select percent_off from shop.coupon order by id") == [("much",), ("5.0",)]
