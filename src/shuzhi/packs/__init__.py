"""The scenarios that come with the product: data only."""
