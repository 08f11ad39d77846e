"""The platform on bad days: killed at every named point and at random, without disk, database or right time.

See docs/nothing-lost.md for how to add a point, an act or an invariant.
"""
