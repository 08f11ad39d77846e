"""Pure work on tables and rules: knows nothing of people, requests or databases."""
