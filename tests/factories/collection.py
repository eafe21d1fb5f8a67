"""Sources, versions of them and records, made through the services."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from catalog.rules.content import read_content
from catalog.services import publish_item
from collection import services
from collection.services import Raised
from tests.factories.accounts import LONG_AGO, PLATFORM

_numbers = count(1)
AUTHORITY = "江澜市某局"


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


def item(**fields: Any) -> str:
    """A published item of the catalogue. Its code."""
    code, now = str(fields.pop("code", f"item{next(_numbers)}")), fields.pop("now", LONG_AGO)
    said = {
        "name": "行政处罚",
        "information_class": "行政管理信息",
        "class_edition": "2024",
        "legal_basis": "《行政处罚法》第四十八条",
        "sharing_scope": "社会公开",
        "fields": [],
    }
    publish_item(code=code, content=read_content(said | fields), actor=PLATFORM, now=now)
    return code


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
