"""Closing of quarters: what was paid is locked, and can be proved unchanged."""
