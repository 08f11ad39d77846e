"""The same twelve rules in other tools, each run by its own environment: see ``benchmarks.quality``."""
