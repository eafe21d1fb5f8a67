"""Interfaces for the tests of signed requests: one that anybody signed may call, one that keeps its own nonce."""

from django.http import StreamingHttpResponse
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.middleware import DATABASE_AWAY
from kernel.actor import Role
from kernel.errors import RuleBroken
from toolkit.http import actor_of
from toolkit.permissions import needs_scope


class Echo(APIView):
    permission_classes = [needs_scope("checks:create", Role.CLERK)]

    def get(self, request: Request) -> Response:
        return Response({"actor": actor_of(request).key})

    def post(self, request: Request) -> Response:
        return Response({"actor": actor_of(request).key, "body": request.data})


class OwnNonce(Echo):
    keeps_its_own_nonce = True

    def post(self, request: Request) -> Response:
        return Response({"nonce": request.signed_nonce})


class Large(Echo):
    body_limit = 3 * 1024 * 1024

    def post(self, request: Request) -> Response:
        return Response({"length": len(request.data["text"])})


class Closed(APIView):
    def get(self, request: Request) -> Response:
        return Response({})


class Refuses(Echo):
    def get(self, request: Request) -> Response:
        raise RuleBroken


class Down(Echo):
    def get(self, request: Request) -> Response:
        raise DATABASE_AWAY[0]("connection refused")


class Streams(Echo):
    def get(self, request: Request) -> StreamingHttpResponse:
        return StreamingHttpResponse([b"one", b"two"])


class Crashes(Echo):
    def get(self, request: Request) -> Response:
        raise ValueError("never told to anybody")


urlpatterns = [
    path("api/v1/echo", Echo.as_view(), name="echo"),
    path("api/v1/own", OwnNonce.as_view(), name="own"),
    path("api/v1/large", Large.as_view(), name="large"),
    path("api/v1/closed", Closed.as_view(), name="closed"),
    path("api/v1/refuses", Refuses.as_view(), name="refuses"),
    path("api/v1/down", Down.as_view(), name="down"),
    path("api/v1/streams", Streams.as_view(), name="streams"),
    path("api/v1/crashes", Crashes.as_view(), name="crashes"),
    path("", include("credit_platform.urls")),
]
