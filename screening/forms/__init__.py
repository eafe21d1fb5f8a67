"""Shapes of what the pages of screening send, one module per kind of work."""
