"""The contract with raw tables, read from dbt's source YAML: one truth for dbt and for accept.

`models/staging/<source>/_<source>__sources.yml` names the tables, the types of the columns that
staging casts, which of them must be there, and which tables a refresh cannot do without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.errors import UserError

# Written for any warehouse, landed in DuckDB: the spellings that mean one DuckDB type.
_ALIASES = {
    "string": "varchar",
    "text": "varchar",
    "int": "integer",
    "int64": "bigint",
    "float": "double",
    "numeric": "decimal(38,9)",
    "bool": "boolean",
}
_TYPES = re.compile(
    r"varchar|smallint|integer|bigint|hugeint|double|boolean|date|timestamp|decimal\(\d+,\d+\)"
)
# Columns that every connector adds; never "unknown".
CONNECTOR_COLUMNS = frozenset(
    {
        "_fivetran_synced",
        "_fivetran_start",
        "_fivetran_end",
        "_fivetran_active",
        "_fivetran_deleted",
        "_fivetran_id",
    }
)


class ContractError(UserError):
    """A source or seed YAML cannot be read as a contract; the text names file and entry."""


@dataclass(frozen=True)
class ColumnContract:
    """What a column must be.

    Attributes:
        name: lower case.
        data_type: DuckDB type in lower case, e.g. `decimal(18,2)`.
        required: the load is rejected without it.
        required_one_of: name of a group of which at least one column must be there.
    """

    name: str
    data_type: str
    required: bool = False
    required_one_of: str | None = None


@dataclass(frozen=True)
class TableContract:
    """What a raw table must be.

    Attributes:
        source: schema in `raw.duckdb` and folder of the landing.
        table: table and file name.
        key: columns that identify a row.
        columns: by lower-case name, in YAML order.
        required_set: name of the set of tables it belongs to; None = the table is optional.
        required_one_of: group within the set of which one table is enough (`price` or `plan`).
        synced_at: column that says when a row was synced.
        never_stale: the freshness of the table is not judged.
        known_columns: carried by the connector and not read here: no warning.
        carry: dbt var whose value names one more column that is read.
        counted_by_day_of: column whose days are counted: a table of events.
        money: `{amount: column, currency: column}` for sums of money in the accounts of a load.
    """

    source: str
    table: str
    key: tuple[str, ...] = ()
    columns: Mapping[str, ColumnContract] = field(default_factory=dict)
    required_set: str | None = None
    required_one_of: str | None = None
    synced_at: str = "_fivetran_synced"
    never_stale: bool = False
    known_columns: frozenset[str] = frozenset()
    carry: str | None = None
    counted_by_day_of: str | None = None
    money: Mapping[str, str] = field(default_factory=dict)

    @property
    def source_table(self) -> str:
        """`stripe.customer`."""
        return f"{self.source}.{self.table}"

    @property
    def is_required(self) -> bool:
        """Whether a rejected load of it blocks the run."""
        return self.required_set is not None

    def missing_columns(self, present: Iterable[str]) -> list[str]:
        """Required columns that are absent; of a group without any column, all its columns.

        Args:
            present: lower-case column names.
        """
        found = set(present)
        groups: dict[str, list[str]] = {}
        missing = []
        for column in self.columns.values():
            if column.required_one_of is not None:
                groups.setdefault(column.required_one_of, []).append(column.name)
            elif column.required and column.name not in found:
                missing.append(column.name)
        for names in groups.values():
            if not found.intersection(names):
                missing += names
        return missing

    def unknown_columns(self, present: Iterable[str], carried: Iterable[str] = ()) -> list[str]:
        """Columns that neither the contract nor the connector's own list knows."""
        known = {*self.columns, *self.known_columns, *CONNECTOR_COLUMNS, self.synced_at, *carried}
        return [name for name in present if name not in known]


@dataclass(frozen=True)
class Contract:
    """All raw tables that the project reads."""

    tables: list[TableContract]

    def table(self, source_table: str) -> TableContract | None:
        """The table called `stripe.customer`, None if nobody reads it."""
        return next((table for table in self.tables if table.source_table == source_table), None)

    @property
    def sources(self) -> list[str]:
        """Names of sources, each once, in YAML order."""
        return list(dict.fromkeys(table.source for table in self.tables))

    def required_sets(self) -> dict[str, list[TableContract]]:
        """Tables by required set."""
        sets: dict[str, list[TableContract]] = {}
        for table in self.tables:
            if table.required_set is not None:
                sets.setdefault(table.required_set, []).append(table)
        return sets


def load_contract(project_dir: Path) -> Contract:
    """Read every `_<source>__sources.yml` under `models/staging/`.

    Sources of another database than `raw` (what the run itself writes) are passed over.

    Raises:
        ContractError: a file is not the YAML that is expected; the text names file and entry.
    """
    tables: list[TableContract] = []
    for path in sorted((project_dir / "models" / "staging").glob("*/_*__sources.yml")):
        for source in read_yaml(path).get("sources") or []:
            if str(source.get("database", "raw")) == "raw":
                tables += [_table(path, source, table) for table in source.get("tables") or []]
    names = [table.source_table for table in tables]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ContractError(f"declared twice among the sources: {', '.join(repeated)}")
    return Contract(tables)


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping a YAML file holds; {} for an empty file.

    Raises:
        ContractError: not YAML, or not a mapping.
    """
    import yaml  # 30 ms that a command without a contract need not pay

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContractError(f"{path}: {' '.join(str(error).split())}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ContractError(f"{path} must hold a mapping")
    return content


def meta_of(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """`config.meta` of a YAML entry, or its older place `meta`."""
    config = entry.get("config") or {}
    return {**(entry.get("meta") or {}), **(config.get("meta") or {})}


def normal_type(text: str) -> str | None:
    """The DuckDB type a YAML file means, in lower case; None if it is none that can be cast to."""
    name = re.sub(r"\s+", "", text.lower())
    name = _ALIASES.get(name, name)
    name = re.sub(r"^numeric\(", "decimal(", name)
    name = re.sub(r"^(varchar|string)\(\d+\)$", "varchar", name)
    return name if _TYPES.fullmatch(name) else None


def _table(path: Path, source: Mapping[str, Any], entry: Mapping[str, Any]) -> TableContract:
    label = f"{source.get('name')}.{entry.get('name')}"
    if not source.get("name") or not entry.get("name"):
        raise ContractError(f"{path}: a source or table without a name ({label})")
    meta = meta_of(entry)
    columns = {}
    for column in entry.get("columns") or []:
        parsed = _column(path, label, column)
        if parsed.name in columns:
            raise ContractError(f"{path}: {label} names column {parsed.name} twice")
        columns[parsed.name] = parsed
    return TableContract(
        source=str(source["name"]).lower(),
        table=str(entry["name"]).lower(),
        key=tuple(str(name).lower() for name in meta.get("key") or ()),
        columns=columns,
        required_set=meta.get("required_set"),
        required_one_of=meta.get("required_one_of"),
        synced_at=str(meta.get("synced_at", "_fivetran_synced")).lower(),
        never_stale=bool(meta.get("never_stale", False)),
        known_columns=frozenset(str(name).lower() for name in meta.get("known_columns") or ()),
        carry=meta.get("carry"),
        counted_by_day_of=meta.get("counted_by_day_of"),
        money=dict(meta.get("money") or {}),
    )


def _column(path: Path, label: str, entry: Mapping[str, Any]) -> ColumnContract:
    name = str(entry.get("name") or "").lower()
    data_type = normal_type(str(entry.get("data_type") or "varchar"))
    if not name or data_type is None:
        raise ContractError(
            f"{path}: {label}, column {name or '(no name)'}: data_type "
            f"{entry.get('data_type')!r} is none that a landed file can be cast to"
        )
    meta = meta_of(entry)
    return ColumnContract(
        name=name,
        data_type=data_type,
        required=bool(meta.get("required", False)),
        required_one_of=meta.get("required_one_of"),
    )
