"""The order of all tests."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes minutes first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: "/truth/" not in str(item.path))
