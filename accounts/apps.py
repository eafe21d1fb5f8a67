from django.apps import AppConfig

from accounts.rules.places import AUTHENTICATOR, CLIENT_SECRET
from toolkit.sealing import Sealed


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号与授权"
    sealed = (
        Sealed("Authenticator", "key_ct", AUTHENTICATOR),
        Sealed("ClientSecret", "secret_ct", CLIENT_SECRET, {"retired_at": None}),
    )
