"""What anybody may read without a log-in: what is published, and nothing of persons stands in it."""

from django.db.models import Q

from measures.models import MeasureItem
from measures.rules.states import ItemState
from measures.selectors.items import ItemNotFound


def public_items(*, text: str, department_id: int, after: tuple[str, int] | None, limit: int) -> list[MeasureItem]:
    """Published items by code, then id; `after`: of the last one seen (keyset). 上海市社会信用条例 第三十二条."""
    rows = MeasureItem.objects.filter(state=ItemState.PUBLISHED.value).select_related("department")
    if text:
        rows = rows.filter(
            Q(content__icontains=text) | Q(target_text__icontains=text) | Q(matter_name__icontains=text)
        )
    if department_id:
        rows = rows.filter(department_id=department_id)
    if after is not None:
        code, last = after
        rows = rows.filter(Q(code__gte=code) & (Q(code__gt=code) | Q(id__gt=last)))
    return list(rows.order_by("code", "id")[:limit])


def public_item(code: str) -> MeasureItem:
    """One published item. Raises ItemNotFound."""
    found = (
        MeasureItem.objects.filter(code=code, state=ItemState.PUBLISHED.value).select_related("department").first()
    )
    if found is None:
        raise ItemNotFound("没有已发布的该措施清单事项。未发布的措施不得实施。")
    return found
