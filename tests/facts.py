"""What was recorded."""

from typing import Any

from audit.models import Event


def facts_about(about: str) -> list[tuple[str, str]]:
    """(name, actor) of each fact about something, in the order of recording."""
    return list(Event.objects.filter(about=about).order_by("id").values_list("name", "actor"))


def payload_of(about: str, name: str) -> dict[str, Any]:
    payload: dict[str, Any] = (
        Event.objects.filter(about=about, name=name).order_by("-id").values_list("payload", flat=True)[0]
    )
    return payload
