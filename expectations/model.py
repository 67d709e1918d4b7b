"""Suites as plain data, so that building and reading them needs no import of Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Expectation:
    """One expectation of a suite.

    Attributes:
        type: Great Expectations' name, e.g. `expect_column_max_to_be_between`.
        kwargs: its arguments.
        rule: short name of the rule it stands for; unique in the suite.
        severity: `error` rejects or blocks, `warn` is only told.
        message: what the person reads when it fails: subject, rule, what to do.
        is_private: concerns a tagged column: the result is yes or no, without any value.
        subject: table or mart, where it is not the suite's.
    """

    type: str
    kwargs: Mapping[str, Any]
    rule: str
    severity: Severity
    message: str
    is_private: bool = False
    subject: str | None = None


@dataclass(frozen=True)
class Suite:
    """Expectations on one data frame.

    Attributes:
        name: name in the Data Docs, e.g. `arrivals.stripe.customer`.
        subject: table or mart that the frame describes.
        columns: column name to values; all lists of one length.
    """

    name: str
    subject: str
    columns: Mapping[str, Sequence[Any]]
    expectations: Sequence[Expectation] = field(default_factory=tuple)

    def as_request(self) -> dict[str, Any]:
        """The suite as JSON takes it."""
        return asdict(self)


@dataclass(frozen=True)
class Result:
    """What became of an expectation.

    Attributes:
        observed: Great Expectations' observed value, as text; empty for private ones.
    """

    suite: str
    subject: str
    rule: str
    severity: Severity
    message: str
    is_success: bool
    observed: str

    @property
    def outcome(self) -> str:
        """passed, warned or failed."""
        if self.is_success:
            return "passed"
        return "failed" if self.severity == "error" else "warned"
