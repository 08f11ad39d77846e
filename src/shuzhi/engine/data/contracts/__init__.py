"""Data contracts: loaded, validated, drafted, turned into templates."""
