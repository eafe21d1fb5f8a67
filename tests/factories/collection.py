"""Sources, versions of them and records, made through the services."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from collection import services
from collection.services import Raised
from tests.factories.accounts import LONG_AGO, PLATFORM
from tests.factories.catalog import document, item, item_content

_numbers = count(1)
AUTHORITY = "江澜市某局"
__all__ = ["document", "item", "item_content", "load", "raised", "record", "source"]


def source(*, kind: str = "record", freshness_days: int | None = None, loaded: bool = True, **fields: Any) -> int:
    """A registered source; unless `loaded` is False, its first version (no rows) is there. Its id."""
    number = next(_numbers)
    said = {"code": f"S{number}", "name": f"第{number}类信息", "authority": AUTHORITY} | fields
    made = services.register_source(kind=kind, freshness_days=freshness_days, actor=PLATFORM, now=LONG_AGO, **said)
    if loaded:
        load(made, at=LONG_AGO)
    return made


def load(source_id: int, *, at: datetime, rows: int = 0, held: bool = False, version: str = "") -> int:
    """A version of the source arrives. The new revision."""
    return services.mark_loaded(
        source_id=source_id,
        version=version or at.date().isoformat(),
        loaded_at=at,
        rows=rows,
        held=held,
        actor=PLATFORM,
        now=at,
    )


def raised(source_code: str, subject_id: int, **fields: Any) -> Raised:
    said = {"valid_from": date(2026, 2, 26), "valid_until": date(2031, 2, 25), "ground": "吊销许可证"}
    return Raised(source_code=source_code, subject_id=subject_id, **said | fields)


def record(*, subject_id: int, raised: list[Raised], **fields: Any) -> int:
    """A penalty with what it raises. Its id."""
    said = {
        "item_code": fields.pop("item_code", None) or item(),
        "document_no": f"某罚〔2026〕{next(_numbers)}号",
        "authority": AUTHORITY,
        "authority_department_id": None,
        "decided_on": date(2026, 2, 26),
        "procedure": "普通程序",
        "grade": "严重",
        "publicity_state": "公示中",
        "publicity_until": date(2029, 2, 25),
        "content": {},
        "actor": PLATFORM,
        "now": LONG_AGO + timedelta(days=60),
    }
    return services.take_record(subject_id=subject_id, raised=raised, **said | fields)
