"""Churn prediction: what the dbt Python model of the same name calls."""
