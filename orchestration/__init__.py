"""Everything of Perennial that is not SQL: command line, accept, checks, publish, Dagster."""
