"""Pages of collection, one module per kind of work."""
