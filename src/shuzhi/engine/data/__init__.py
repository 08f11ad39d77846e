"""Tables: read, promised, checked, graded, masked."""
