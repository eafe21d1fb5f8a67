"""Where a sealed text of the intake belongs (toolkit.crypto binds it there). Pure.

A record's sealed fields are bound to the row that brought its present content, `batch_id` and `row_number`: they are
sealed before the record has an id, and a change brings a new batch together with newly sealed fields.
"""


def row_place(batch_id: int, row_number: int) -> str:
    """Of the cells of a returned row."""
    return f"collection.batch:{batch_id}:{row_number}"


def persons_place(batch_id: int, row_number: int) -> str:
    """Of the persons of a row that waits to be taken."""
    return f"collection.batch:{batch_id}:{row_number}:"


def field_place(batch_id: int, row_number: int, field: str) -> str:
    """Of one sealed field of a record, by the row that brought it."""
    return f"collection.batch:{batch_id}:{row_number}:{field}"
