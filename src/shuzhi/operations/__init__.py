"""Looking after an installation: backing up, restoring, upgrading, checking, watching. Knows no page."""
