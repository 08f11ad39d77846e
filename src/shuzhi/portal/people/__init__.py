"""Accounts, duties and organisations: what the system and the security administrator look after."""
