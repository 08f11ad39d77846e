"""Datasets, their contracts and versions, what was found in them, and how sensitive they are."""
