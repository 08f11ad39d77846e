"""Which packs are installed, in which version. Knows nothing of what is done by them."""
