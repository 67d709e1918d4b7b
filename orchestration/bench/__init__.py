"""`perennial bench`: seconds and memory of a refresh beside one hand-written script."""

from orchestration.bench.command import main

__all__ = ["main"]
