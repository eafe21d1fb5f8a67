"""Of what a correction may change, what a measure hangs on: the rest is the file's own. Pure."""

MATTERS = frozenset(
    {"authority", "ground", "legal_basis", "decided_on", "effective_from", "effective_until", "grade", "amount"}
)
