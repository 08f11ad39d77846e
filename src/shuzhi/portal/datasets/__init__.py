"""The catalogue for people: search, a dataset and everything known of it."""
