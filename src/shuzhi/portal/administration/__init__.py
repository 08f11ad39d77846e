"""What the three administrators look after beside people: their week, the calendar, installed packs."""
