"""Dagster's view of a refresh, one subject a file."""
