"""The audit administrator's window on the journal: who did what, when, and the proof of it."""
