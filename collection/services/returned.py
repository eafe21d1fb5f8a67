"""The workbook that goes back to whoever sent the rows: their own cells, with the reasons beside them."""

from datetime import datetime

from kernel.actor import Actor


def returned_file(*, batch_id: int, actor: Actor, now: datetime) -> tuple[str, bytes]:
    """(file name, xlsx) of the rows of a batch that are still to be mended. Recorded: it shows personal data."""
    raise NotImplementedError
