"""The provincial identity service by OpenID Connect: code flow with PKCE, as a confidential client.

The protocol is Authlib's, the tokens joserfc's. What the browser keeps between the two steps is a signed cookie of
the view (`Begun.kept`): state, nonce, PKCE verifier. Everything that comes back is compared with it; the ID token is
believed only with the issuer's signature, for us, fresh, with our nonce. Name and document number are believed only
where the service vouches for them in the ID token or at its userinfo endpoint, for the same account.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.core.cache import cache
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from kernel.errors import RuleBroken, Unavailable

SECONDS = 8
LARGEST = 256 * 1024  # bytes of any answer of the service
LEEWAY = 60
KEPT = timedelta(hours=1)  # what the service says of itself, and its keys
ALGORITHMS = ["RS256", "PS256", "ES256"]  # never HS256: that key is known to us, too
VERIFIER_BYTES = 48


class IdentityNotVouched(RuleBroken):
    """One message, whatever did not fit: the log says what."""

    code = "citizens.identity_not_vouched"
    message = "统一身份认证没有通过，未能登录。请重新从登录页进入，或改用验证码登录。"


class IdentityServiceAway(Unavailable):
    code = "citizens.identity_service_away"
    message = "统一身份认证服务暂时没有应答。请稍后重试，或改用验证码登录。"


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser is sent, and what it keeps until it is back."""

    url: str
    kept: dict[str, str]


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the service vouches for: what `signing_in.accept_identity` takes. No more is read of the claims."""

    issuer: str
    account: str
    name: str
    id_number: str


def configured() -> bool:
    """Whether there is an identity service at all."""
    return bool(settings.OIDC_ISSUER)


def begin(*, back: str) -> Begun:
    """`back`: the address of our own page to which the service sends the browser. Raises IdentityServiceAway."""
    said = _metadata()
    verifier, nonce = secrets.token_urlsafe(VERIFIER_BYTES), secrets.token_urlsafe(24)
    with _client(back) as client:
        url, state = client.create_authorization_url(
            said["authorization_endpoint"], nonce=nonce, code_verifier=verifier, state=secrets.token_urlsafe(24)
        )
    return Begun(str(url), {"state": str(state), "nonce": nonce, "verifier": verifier, "back": back})


def finish(*, answer: Mapping[str, str], kept: Mapping[str, str], wall: datetime) -> Vouched:
    """Believe what came back, or not. `answer`: the query of our page; `kept`: of the same browser's cookie;
    `wall`: the machine's own clock, which no presenter moves.

    Raises IdentityNotVouched, IdentityServiceAway.
    """
    state, code = answer.get("state", ""), answer.get("code", "")
    if not kept.get("state") or not hmac.compare_digest(state.encode(), kept["state"].encode()) or not code:
        raise IdentityNotVouched
    if answer.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:  # RFC 9207: of another service's page
        raise IdentityNotVouched
    said = _metadata()
    try:
        with _client(kept["back"]) as client:
            token = client.fetch_token(
                said["token_endpoint"],
                code=code,
                code_verifier=kept["verifier"],
                timeout=SECONDS,
                allow_redirects=False,
            )
            claims = _claims(str(token.get("id_token", "")), nonce=kept["nonce"], wall=wall)
            if not _name_and_number(claims)[1] and "userinfo_endpoint" in said:
                claims = claims | _userinfo(client, said["userinfo_endpoint"], account=str(claims["sub"]))
    except (AuthlibBaseError, JoseError, ValueError) as error:
        raise IdentityNotVouched from error
    except requests.RequestException as error:
        raise IdentityServiceAway from error
    return Vouched(settings.OIDC_ISSUER, str(claims["sub"]), *_name_and_number(claims))


def _client(back: str) -> OAuth2Session:
    return OAuth2Session(
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET,
        scope=settings.OIDC_SCOPE,
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",
    )


def _claims(token: str, *, nonce: str, wall: datetime) -> dict[str, Any]:
    try:
        read = jwt.decode(token, _keys(), algorithms=ALGORITHMS)
    except InvalidKeyIdError:  # the service has new keys
        read = jwt.decode(token, _keys(fresh=True), algorithms=ALGORITHMS)
    wanted = {
        "iss": {"essential": True, "value": settings.OIDC_ISSUER},
        "aud": {"essential": True, "value": settings.OIDC_CLIENT_ID},
        "nonce": {"essential": True, "value": nonce},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "iat": {"essential": True},
    }
    JWTClaimsRegistry(now=int(wall.timestamp()), leeway=LEEWAY, **wanted).validate(read.claims)  # type: ignore[arg-type]
    if read.claims.get("azp", settings.OIDC_CLIENT_ID) != settings.OIDC_CLIENT_ID:
        raise IdentityNotVouched
    return dict(read.claims)


def _userinfo(client: OAuth2Session, url: str, *, account: str) -> dict[str, Any]:
    """What the service says of the account; of another account it is not believed (OpenID Connect Core 5.3.2)."""
    answer = client.get(url, timeout=SECONDS, allow_redirects=False)
    said = _json(answer)
    if said.get("sub") != account:
        raise IdentityNotVouched
    return {name: said[name] for name in (settings.OIDC_NAME_CLAIM, settings.OIDC_NUMBER_CLAIM) if name in said}


def _name_and_number(claims: Mapping[str, Any]) -> tuple[str, str]:
    return str(claims.get(settings.OIDC_NAME_CLAIM, "")), str(claims.get(settings.OIDC_NUMBER_CLAIM, ""))


def _metadata() -> dict[str, str]:
    """What the service says of itself. It must be the issuer that the settings name, and every address of it."""
    said = _kept("metadata", f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration")
    if said.get("issuer") != settings.OIDC_ISSUER:
        raise IdentityServiceAway
    scheme = urlsplit(settings.OIDC_ISSUER).scheme
    places = {name: str(value) for name, value in said.items() if name.endswith(("_endpoint", "_uri"))}
    if any(urlsplit(place).scheme != scheme for place in places.values()):
        raise IdentityServiceAway
    return places


def _keys(*, fresh: bool = False) -> KeySet:
    return KeySet.import_key_set(_kept("keys", _metadata()["jwks_uri"], fresh=fresh))  # type: ignore[arg-type]


def _kept(what: str, url: str, *, fresh: bool = False) -> dict[str, Any]:
    place = f"citizens.oidc:{what}:{url}"
    said: dict[str, Any] | None = None if fresh else cache.get(place)
    if said is None:
        try:
            said = _json(requests.get(url, timeout=SECONDS, allow_redirects=False))
        except (requests.RequestException, ValueError) as error:
            raise IdentityServiceAway from error
        cache.set(place, said, timeout=KEPT.total_seconds())
    return said


def _json(answer: requests.Response) -> dict[str, Any]:
    answer.raise_for_status()
    if len(answer.content) > LARGEST:
        raise ValueError("too large")
    said = json.loads(answer.content)
    if not isinstance(said, dict):
        raise ValueError("no object")
    return said
