"""The contract as it is read from the source YAML."""

from pathlib import Path

import pytest

from orchestration.contract import ContractError, load_contract

PROJECT = Path(__file__).parents[3]


def contract_of(tmp_path, text):
    folder = tmp_path / "models" / "staging" / "x"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_x__sources.yml").write_text(text)
    return load_contract(tmp_path)


def test_everything_a_table_says(shop):
    table = shop.contract.table("shop.coupon")
    assert table.key == ("id",)
    assert table.is_required is False
    assert table.known_columns == {"nickname"}
    assert table.carry == "coupon_field"
    assert table.synced_at == "_fivetran_synced"
    assert table.columns["id"].required is True
    assert table.columns["end"].data_type == "date"
    price = shop.contract.table("shop.price")
    assert (price.required_set, price.required_one_of) == ("shop", "price")
    flat = shop.contract.table("billing.periods")
    assert (flat.synced_at, flat.never_stale, flat.required_set) == ("updated_at", True, "billing")
    assert shop.contract.sources == ["billing", "shop"]
    assert shop.contract.table("shop.refund") is None


def test_groups_of_columns(shop):
    price = shop.contract.table("shop.price")
    assert price.missing_columns(["id", "amount"]) == []
    assert price.missing_columns(["id", "amount_decimal"]) == []
    assert price.missing_columns(["amount"]) == ["id"]
    assert price.missing_columns(["id"]) == ["amount", "amount_decimal"]


def test_sources_of_other_databases_are_no_landed_tables(tmp_path):
    found = contract_of(
        tmp_path,
        "sources: [{name: run, database: run, tables: [{name: runs}]}, "
        "{name: x, tables: [{name: T, columns: [{name: ID}]}]}]",
    )
    assert [table.source_table for table in found.tables] == ["x.t"]
    assert list(found.tables[0].columns) == ["id"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("string", "varchar"),
        ("VARCHAR(255)", "varchar"),
        ("int", "integer"),
        ("numeric(18, 2)", "decimal(18,2)"),
        ("Timestamp", "timestamp"),
    ],
)
def test_types_are_spelled_in_more_than_one_way(tmp_path, written, meant):
    found = contract_of(
        tmp_path,
        "sources: [{name: x, tables: [{name: t, columns: "
        f"[{{name: c, data_type: '{written}'}}]}}]}}]",
    )
    assert found.tables[0].columns["c"].data_type == meant


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sources: [{name: x, tables: [{name: t}, {name: T}]}]", "declared twice.*x.t"),
        (
            "sources: [{name: x, tables: [{name: t, columns: [{name: a}, {name: A}]}]}]",
            "column a twice",
        ),
        (
            "sources: [{name: x, tables: [{name: t, columns: [{name: a, data_type: blob}]}]}]",
            "x.t, column a: data_type 'blob'",
        ),
        ("sources: [{name: x, tables: [{}]}]", "without a name"),
        ("- a list", "must hold a mapping"),
        ("a: [", "_x__sources.yml"),
    ],
)
def test_a_contract_that_cannot_be_meant_is_refused_by_file(tmp_path, text, words):
    with pytest.raises(ContractError, match=words):
        contract_of(tmp_path, text)


def test_the_contract_of_the_project_reads():
    contract = load_contract(PROJECT)
    assert {"stripe", "billing"} <= set(contract.required_sets())
    groups = {table.table: table.required_one_of for table in contract.required_sets()["stripe"]}
    assert groups["price"] == groups["plan"] == "price"
    for table in contract.tables:
        assert table.key, table.source_table
        assert table.synced_at in table.columns, table.source_table
        assert set(table.key) <= set(table.columns), table.source_table
