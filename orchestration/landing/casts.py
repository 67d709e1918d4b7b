"""How a landed value becomes the type that the contract gives its column, as DuckDB SQL.

Casting is lossless or it does not happen: `10.0` is the integer 10, `10.5` is none; a timestamp
with an offset becomes the UTC timestamp, one without is taken as UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestration.landing.files import quote

_INTEGERS = re.compile(r"(U)?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)")
_FLOATS = ("FLOAT", "DOUBLE")
_ZONED = "TIMESTAMP WITH TIME ZONE"
UNCASTABLE = "perennial_uncastable"


@dataclass(frozen=True)
class ColumnPlan:
    """How one column is read.

    Attributes:
        name: lower-case name in the target table.
        given: SQL of the value as it came, null where it is empty or NaN.
        typed: SQL of the value in the wanted type, null where it does not cast.
        data_type: wanted DuckDB type, upper case.
        can_fail: whether `typed` can be null where `given` is not.
    """

    name: str
    given: str
    typed: str
    data_type: str
    can_fail: bool

    @property
    def uncastable(self) -> str:
        """SQL condition: there is a value and it is not of the wanted type."""
        return f"({self.given}) is not null and ({self.typed}) is null"

    @property
    def strict(self) -> str:
        """SQL of the typed value that raises `UNCASTABLE` at the first value that does not cast."""
        if not self.can_fail:
            return self.typed
        # The argument depends on the row, else DuckDB would raise while it plans the query.
        stop = f"error('{UNCASTABLE}' || left(({self.given})::varchar, 0))"
        return f"case when ({self.given}) is null then null else coalesce({self.typed}, {stop}) end"

    @property
    def as_text(self) -> str:
        """SQL of a text: what casts in the type's own spelling, anything else as it came.

        So one bad value in a column does not change how the good ones are read later: an offset
        has been applied, `10.0` reads `10`.
        """
        return f"coalesce(({self.typed})::varchar, ({self.given})::varchar)"


def plan_column(source: str, name: str, stored_type: str, wanted: str | None) -> ColumnPlan:
    """How to read a column.

    Args:
        source: name of the column where it is read from.
        name: its name in the target table.
        stored_type: DuckDB type it has there.
        wanted: the contract's type in lower case; None keeps what there is.
    """
    column = quote(source)
    stored = stored_type.upper()
    given = column
    if stored in _FLOATS:
        given = f"case when isnan({column}) then null else {column} end"
    if wanted is None:
        return _kept(name, column, stored)
    target = wanted.upper()
    if target == "VARCHAR":
        return ColumnPlan(name, given, _to_text(given, stored), target, can_fail=False)
    if stored == target and stored not in _FLOATS:
        return ColumnPlan(name, column, column, target, can_fail=False)
    if stored == "VARCHAR":
        given = f"nullif(trim({column}), '')"
        return ColumnPlan(name, given, _from_text(given, target), target, can_fail=True)
    return ColumnPlan(name, given, _from_value(given, stored, target), target, can_fail=True)


def _kept(name: str, column: str, stored: str) -> ColumnPlan:
    if stored == _ZONED:
        return ColumnPlan(name, column, f"timezone('UTC', {column})", "TIMESTAMP", can_fail=False)
    if stored.startswith("TIMESTAMP"):
        return ColumnPlan(name, column, f"cast({column} as timestamp)", "TIMESTAMP", can_fail=False)
    if stored in ("JSON", "BLOB") or _is_nested(stored):
        return ColumnPlan(name, column, _to_text(column, stored), "VARCHAR", can_fail=False)
    return ColumnPlan(name, column, column, stored, can_fail=False)


def _to_text(value: str, stored: str) -> str:
    if stored == "VARCHAR":
        return value
    if stored in _FLOATS:
        # An id that a spreadsheet or pandas made a float of: 17.0 is 17.
        whole = f"{value} = trunc({value}) and abs({value}) < 1e15"
        return f"case when {whole} then ({value})::bigint::varchar else ({value})::varchar end"
    if stored == _ZONED:
        return f"timezone('UTC', {value})::varchar"
    if _is_nested(stored):
        return f"to_json({value})::varchar"
    return f"({value})::varchar"


def _from_text(value: str, target: str) -> str:
    moment = f"timezone('UTC', try_cast({value} as timestamptz))"
    if target == "TIMESTAMP":
        return moment
    if target == "DATE":
        # A cast to date would ignore what follows the day, be it no time at all.
        return (
            f"case when length({value}) <= 10 then try_cast({value} as date) "
            f"else {moment}::date end"
        )
    if _INTEGERS.fullmatch(target):
        # try_cast rounds 10.5 to 11; only zeros may follow the point.
        return (
            f"case when not contains({value}, '.') then try_cast({value} as {target}) "
            f"when regexp_full_match({value}, '[+-]?[0-9]+\\.0*') "
            f"then try_cast(split_part({value}, '.', 1) as {target}) end"
        )
    if target == "DOUBLE":
        number = f"try_cast({value} as double)"
        return f"case when isfinite({number}) then {number} end"
    return f"try_cast({value} as {target})"


def _from_value(value: str, stored: str, target: str) -> str:
    is_whole = bool(_INTEGERS.fullmatch(stored))
    is_number = is_whole or stored in _FLOATS or stored.startswith("DECIMAL")
    if stored == _ZONED and target in ("TIMESTAMP", "DATE"):
        return f"cast(timezone('UTC', {value}) as {target})"
    if stored.startswith("TIMESTAMP") or stored == "DATE":
        if target in ("TIMESTAMP", "DATE"):
            return f"try_cast({value} as {target})"
    elif is_number and target == "BOOLEAN":
        return f"case when {value} in (0, 1) then {value} = 1 end"
    elif is_number and _INTEGERS.fullmatch(target) and not is_whole:
        return f"case when {value} = trunc({value}) then try_cast({value} as {target}) end"
    elif is_number and target == "DOUBLE":
        number = f"cast({value} as double)"
        return f"case when isfinite({number}) then {number} end"
    elif (is_number or stored == "BOOLEAN") and target not in ("TIMESTAMP", "DATE"):
        return f"try_cast({value} as {target})"
    return _from_text(f"({_to_text(value, stored)})", target)


def _is_nested(stored: str) -> bool:
    return stored.endswith("]") or stored.startswith(("STRUCT", "MAP", "UNION"))
