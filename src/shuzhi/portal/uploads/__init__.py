"""Handing in a file: the form, where it is on its way, what became of it."""
