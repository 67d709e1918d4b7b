"""Hash of what a mart says, the same for the same landing, whenever and how often it is built."""

from __future__ import annotations

import hashlib

from orchestration.publish.database import Connection, columns_of, quote

# When and under which name a run took place is not what it says.
RUN_COLUMNS = frozenset(
    {"run_id", "published_at", "started_at", "finished_at", "loaded_at", "approved_at"}
)
# What a refresh tells of itself: only its own rows count, and of these not the history-dependent
# ones. Which arrivals were new, and how this run compares with the last, differs between two
# refreshes of one landing although the marts do not.
CURRENT_RUN_ONLY = {
    "dim_refreshes": "run_id = {run}",
    "fct_quality_results": "run_id = {run} and check_kind <> 'arrival_expectation'",
}
LEFT_OUT = {"fct_quality_results": frozenset({"quality_result_id", "observed"})}

_FLOATS = ("FLOAT", "DOUBLE", "REAL")
# The length of each text goes before it, so no text can look like two, or like none.
_NULL = "'~'"


def business_columns(table: str, columns: dict[str, str]) -> list[str]:
    """Columns that count, sorted by name."""
    left_out = LEFT_OUT.get(table, frozenset())
    return sorted(
        name
        for name in columns
        if name not in RUN_COLUMNS and not name.endswith("_run_id") and name not in left_out
    )


def content_hash(
    connection: Connection, database: str, schema: str, table: str, run_id: str
) -> str:
    """SHA-256 over the sorted rows of a table.

    Floats are rounded to 6 places in the hash alone: their last digits depend on the order of
    addition.

    Args:
        connection: has the database attached.
        database: its name there.
        schema: its schema.
        table: its table.
        run_id: the run that built it.

    Returns:
        64 hex digits; the names of the columns are part of it.
    """
    columns = columns_of(connection, database, schema, table)
    names = business_columns(table, columns)
    digest = hashlib.sha256("|".join(names).encode())
    if names:
        row = " || ".join(_field(name, columns[name]) for name in names)
        where = CURRENT_RUN_ONLY.get(table)
        condition = "where " + where.format(run="$run") if where and "run_id" in columns else ""
        bindings = {"run": run_id} if condition else None
        rows = connection.execute(
            f"""
            select string_agg(row_hash, '' order by row_hash)
            from (
                select md5({row}) as row_hash
                from {quote(database)}.{quote(schema)}.{quote(table)}
                {condition}
            )
            """,
            bindings,
        ).fetchone()
        digest.update(((rows[0] if rows else None) or "").encode())
    return digest.hexdigest()


def _field(name: str, data_type: str) -> str:
    column = quote(name)
    if data_type in _FLOATS:
        # Adding zero turns -0.0 into 0.0.
        column = f"(round({column}, 6) + 0.0)"
    text = f"{column}::varchar"
    return f"coalesce(strlen({text}) || ':' || {text}, {_NULL})"
