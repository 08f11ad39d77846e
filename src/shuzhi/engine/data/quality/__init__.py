"""Quality: rules as data, compiled to one pass over the table."""
