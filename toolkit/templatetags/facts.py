"""`{% fact event %}`: one fact in Chinese, from templates/audit/events/<name>.txt, or its bare name."""

from functools import lru_cache
from typing import Any

from django import template
from django.template import Template
from django.template.loader import select_template
from django.utils.safestring import SafeString

register = template.Library()
PLAIN = "audit/events/_plain.txt"


@lru_cache(maxsize=500)
def _text_of(name: str) -> Template:
    return select_template([f"audit/events/{name}.txt", PLAIN]).template  # type: ignore[no-any-return]


@register.simple_tag(takes_context=True)
def fact(context: template.Context, event: Any) -> SafeString:
    with context.push(event=event, **{key: event.payload[key] for key in event.payload if key.isidentifier()}):
        return SafeString(_text_of(event.name).render(context).strip())  # its variables are escaped already
