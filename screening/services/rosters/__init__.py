"""Rosters: keeping them (keeping.py), their members (members.py), their runs (running.py, starting.py)."""
