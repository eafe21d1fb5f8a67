"""Pages of screening, one module per kind of work."""
