"""The penalty of tests/collection/definitions.py, published, with what it raises."""

from typing import Any

from tests.collection.definitions import SAID
from tests.factories import collection

KEYS = ("subject_kinds", "rules", "roles", "raises", "publicity_months")
OF_PERSONS = ("CF_FRDB", "CF_FR_ZJLX", "CF_FR_ZJHM", "CF_XDR_ZJLX", "CF_XDR_ZJHM")


def published_penalty(code: str, *, persons: str = "不予共享", without: str = "", **fields: Any) -> str:
    """Its code. `persons`: the sharing scope of what identifies a person. `without`: a field that is left out.
    `fields`: columns that differ.
    """
    for source in ("P-FOOD", "P-BID", "P-GEN"):
        collection.source(code=source)
    items = [field | _careful(field, persons) if field["code"] in OF_PERSONS else field for field in SAID["fields"]]
    items = [field for field in items if field["code"] != without]
    said = {key: SAID[key] for key in KEYS} | {"code": code, "name": SAID["item_name"], "fields": items}
    return collection.item(**said | fields)


def _careful(field: dict[str, Any], sharing: str) -> dict[str, Any]:
    return {"sharing": sharing} | ({"masking": "sealed"} if field["type"] == "id_number" else {})
