"""`{% once %}` in a form: the key by which the same form, sent twice, is done once (accounts.middleware)."""

import secrets

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', secrets.token_urlsafe(16))
