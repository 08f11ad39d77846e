"""A person's own background work: what waits, runs, is done or failed."""
