"""Receivers as departments would write them, from the interface handbook alone: processes that may be killed.

Each keeps what it holds in SQLite, writes a batch in one transaction, and refuses to apply a number twice: the key of
`applied` says so, not our word.
"""
