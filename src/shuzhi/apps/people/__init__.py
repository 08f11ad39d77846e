"""Organisations, accounts, duties, clearance and the three separated administrators."""
