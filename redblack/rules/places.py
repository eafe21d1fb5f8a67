"""The places that sealed texts of the lists are bound to (toolkit.crypto). Pure."""


def statement_place(statement_id: int) -> str:
    """Of a statement and defence, or of an objection against a red candidate: Statement.text_ct."""
    return f"redblack.statement:{statement_id}"
