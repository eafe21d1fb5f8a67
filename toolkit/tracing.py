"""Which request or task is running: one id that facts and log lines share, so that they can be put together."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
