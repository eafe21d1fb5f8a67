"""Interfaces answer JSON, whatever a client says that it accepts: so no refusal of theirs is about a format."""

from typing import TYPE_CHECKING, Any

from rest_framework.negotiation import BaseContentNegotiation

if TYPE_CHECKING:
    from rest_framework.renderers import BaseRenderer
    from rest_framework.request import Request


class AsItIs(BaseContentNegotiation):
    """The first parser and the first renderer of a view. RFC 9110 12.5.1 lets a server pass over Accept."""

    def select_parser(self, request: "Request", parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: "Request", renderers: Any, format_suffix: str | None = None
    ) -> "tuple[BaseRenderer, str]":
        return renderers[0], renderers[0].media_type
