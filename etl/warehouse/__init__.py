"""A county's files as one DuckDB file per build, put in force atomically and opened read-only."""
