"""For machines that watch: is it well, and how much of what. No page, no person, no value of the data."""
