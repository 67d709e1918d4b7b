"""Hash of a statement: of itself, its lines and its book, so that none can change unseen.

The text is that of `fct_csm_comp_statements.statement_hash`, worked out here a second time: one
part for the statement, then its lines, then its book, each sorted, joined by newlines. The fields
of a part are joined by `|`; a null is the empty text, a number has ten places.
"""

from __future__ import annotations

import hashlib

from orchestration.publish.database import Connection, columns_of, quote

STATEMENT_FIELDS = (
    *("quarter", "csm_id", "plan_version", "currency", "opening_book_mrr", "net_mrr_churn_rate"),
    *("grr", "payout_factor", "target_bonus", "proration", "guarantee_amount", "earned_bonus"),
    *("earned_bonus_without_exclusions", "adjustment_amount", "carried_in", "payable_amount"),
    "carried_out",
)
LINE_FIELDS = (
    *("account_id", "movement_date", "movement_type", "line_kind", "mrr_change", "credit_share"),
    *("credited_mrr", "adjusted_quarter", "adjustment_amount"),
)
BOOK_FIELDS = ("account_id", "book_kind", "opening_mrr", "credit_share", "credited_opening_mrr")

_NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "REAL", "BIGINT", "INTEGER", "HUGEINT")


def statement_hashes(
    connection: Connection, database: str, tables: tuple[str, str, str], quarter: str
) -> dict[str, str]:
    """Recompute the hashes of a quarter.

    Args:
        connection: has the database attached.
        database: its name there.
        tables: statements, lines and books in its schema `comp`.
        quarter: like 2026Q3.

    Returns:
        employee to 64 hex digits.
    """
    statements, lines, books = (
        _parts(connection, database, table, kind, fields, quarter)
        for table, kind, fields in zip(
            tables,
            ("statement", "line", "book"),
            (STATEMENT_FIELDS, LINE_FIELDS, BOOK_FIELDS),
            strict=True,
        )
    )
    return {
        csm_id: hashlib.sha256(
            "\n".join(
                [*head, *sorted(lines.get(csm_id, [])), *sorted(books.get(csm_id, []))]
            ).encode()
        ).hexdigest()
        for csm_id, head in statements.items()
    }


def _parts(
    connection: Connection,
    database: str,
    table: str,
    kind: str,
    fields: tuple[str, ...],
    quarter: str,
) -> dict[str, list[str]]:
    columns = columns_of(connection, database, "comp", table)
    texts = ", ".join(_text(name, columns.get(name)) for name in fields)
    rows = connection.execute(
        f"select csm_id, {texts} from {quote(database)}.comp.{quote(table)} "
        "where quarter = ? and csm_id is not null",
        [quarter],
    ).fetchall()
    found: dict[str, list[str]] = {}
    for csm_id, *values in rows:
        found.setdefault(csm_id, []).append("|".join([kind, *values]))
    return found


def _text(name: str, data_type: str | None) -> str:
    if data_type is None:
        return "''"
    column = quote(name)
    if data_type.startswith(_NUMBERS):
        return f"coalesce(cast(cast({column} as decimal(38, 10)) as varchar), '')"
    if data_type == "VARCHAR":
        return f"coalesce(replace(replace({column}, '|', ' '), chr(10), ' '), '')"
    return f"coalesce(cast({column} as varchar), '')"
