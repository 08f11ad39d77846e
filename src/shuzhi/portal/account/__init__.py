"""Signing in and out, the password, and the duty one acts in."""
