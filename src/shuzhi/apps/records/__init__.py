"""What every record shares: public ids, versions, the acting person, refusals. Knows no kind of record."""
