"""What waits for the person: one list, the nearest deadline first."""
