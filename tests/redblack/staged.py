"""Rows of a version as they are staged, past every file."""

from datetime import date

from redblack.rules.evidence import Papers
from redblack.rules.received_rows import ReadRow


def read_row(number: int, document: str, since: date = date(2026, 3, 18), until: date | None = None) -> ReadRow:
    papers = Papers(
        document_no=document,
        authority="江澜市中级人民法院",
        ground="x",
        legal_basis="",
        decided_on=None,
        effective_from=since,
        effective_until=until,
        exit_route="",
    )
    return ReadRow(number=number, name="", code="", code_kind="", papers=papers, performance="", amount=None)
