"""Interfaces of many hundred calls a second: an APIView without the parts that choose between formats."""

import json
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from rest_framework.views import APIView

from kernel.errors import Malformed, NotPermitted, Refusal
from toolkit.http import problem_response


class NoSuchMethod(Malformed):
    code = "toolkit.no_such_method"
    message = "该接口不支持这种请求方法，请查阅接口文档。"


class NotJson(Malformed):
    code = "toolkit.not_json"
    message = "请求体应为 UTF-8 编码的 JSON，请求头 Content-Type 应为 application/json。"


class NotText(Malformed):
    code = "toolkit.not_text"
    message = "请求体中有不能保存的字符（空字符，或者不成对的代理字符），请去掉后重新提交。"


class ScopeMissing(NotPermitted):
    code = "toolkit.scope_missing"
    message = "该系统或账号没有此接口的权限，请联系安全管理员授权。"


ESCAPED = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")  # raw ones are no UTF-8, or no JSON
NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # what JSON can write and neither the database nor an answer can hold


class Written(str):
    """A value of an answer that is JSON text already; put in as it is."""

    __slots__ = ()


class JsonView(APIView):
    """JSON in, JSON out. Permissions, refusals and the place in the schema are those of every APIView; the wrapped
    request, negotiation, parsers and renderers are left out: they cost as much as the check itself
    (docs/performance.md).

    A handler takes the HttpRequest and what was in its body, and returns an object of plain JSON values, of which the
    outermost may be Written.
    """

    http_method_names = ["get", "post", "put", "patch", "delete"]
    any_text: ClassVar[bool] = False  # judges by itself what is no text, row by row

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.permissions = self.get_permissions()
        self.handlers = {method: getattr(self, method.lower()) for method in self.allowed_methods}

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponse]:  # type: ignore[override]  # AsView is no type
        """One instance for all requests, for it keeps nothing of any; the marks are those of every APIView."""
        one = cls(**initkwargs)

        @wraps(super().as_view(**initkwargs))
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return one.dispatch(request, *args, **kwargs)

        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            handler = self.handlers.get(request.method or "")
            if handler is None:
                return problem_response(NoSuchMethod(), status=405)
            for permission in self.permissions:
                if not permission.has_permission(request, self):  # type: ignore[arg-type]  # no DRF Request
                    raise ScopeMissing
            answer = handler(request, _read(request, any_text=self.any_text), *args, **kwargs)
        except Refusal as refusal:
            return problem_response(refusal)
        return HttpResponse(_text(answer), content_type="application/json")


def _text(answer: dict[str, Any]) -> str:
    written = {name: value for name, value in answer.items() if isinstance(value, Written)}
    plain = {name: value for name, value in answer.items() if name not in written}
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    for name, value in written.items():
        text = f'{text[:-1]}{"," if len(text) > 2 else ""}"{name}":{value}}}'
    return text


def _read(request: HttpRequest, *, any_text: bool) -> Any:
    if not request.body:
        return None
    if request.content_type != "application/json":
        raise NotJson
    try:
        read = json.loads(request.body)
    except (ValueError, RecursionError) as error:  # also bytes that are no UTF-8, and a thousand brackets
        raise NotJson from error
    if not any_text and ESCAPED.search(request.body) and any(NO_TEXT.search(text) for text in _texts(read)):
        raise NotText
    return read


def _texts(value: Any) -> Iterator[str]:
    """Every text and key of a value; by a stack of its own, for a value may be deep."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            yield from one
            waiting += one.values()
