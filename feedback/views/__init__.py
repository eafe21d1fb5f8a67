"""Pages of feedback, one module per kind of work."""
