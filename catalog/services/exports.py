"""The catalogue as a workbook."""

from datetime import datetime

from kernel.actor import Actor


def export_catalogue(*, code: str = "", number: int | None = None, actor: Actor, now: datetime) -> tuple[str, bytes]:
    """The current versions that the actor may see, or one item (one version of it), as xlsx: file name and bytes.

    Raises VersionNotFound.
    """
    raise NotImplementedError
