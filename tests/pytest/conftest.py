"""The order of all tests."""

from __future__ import annotations

import os

import pytest

# A refresh of a made-up company must not call the people who get the real alerts.
os.environ.pop("PERENNIAL_ALERT_WEBHOOK", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes minutes first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: "/truth/" not in str(item.path))
