"""Publish: what a finished, audited build becomes for readers, and how it is taken back."""
