"""Errors whose text is meant for the person at the terminal."""

from __future__ import annotations

from collections.abc import Iterable


class UserError(Exception):
    """Something the person can put right: a setting, an argument, a file. Exit code 1.

    The text says what is wrong and what to do; it is printed without a traceback.
    """


class BlockedError(Exception):
    """The data does not pass: load rejected or audit failed. Exit code 2.

    Args:
        reasons: one sentence per reason, each naming the table or mart and the rule.
    """

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("; ".join(self.reasons))
