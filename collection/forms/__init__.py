"""Shapes of what the pages of collection send, one module per kind of work."""
