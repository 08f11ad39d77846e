"""Which days the office works, year by year, as two administrators agreed on them."""
