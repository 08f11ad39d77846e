"""Background work: a leased table, its worker, its schedule; also the outbox of every outward effect."""
