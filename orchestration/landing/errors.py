"""Errors of accept. Bad data is no error: it ends in the report of the run."""

from __future__ import annotations

from orchestration.errors import UserError


class LandingError(UserError):
    """Something outside the data keeps accept from working: a path, a lock, a damaged file."""
