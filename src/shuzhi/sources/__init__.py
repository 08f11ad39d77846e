"""Opening databases; their rows go through the same account and contract as a file's. Knows no meaning."""
