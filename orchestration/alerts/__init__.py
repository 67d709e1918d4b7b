"""Alerts leave the warehouse: new ones go to a webhook, each at most once."""
