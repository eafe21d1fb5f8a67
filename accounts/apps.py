from django.apps import AppConfig

from toolkit.sealing import Sealed


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号与授权"
    sealed = (
        Sealed("Authenticator", "key_ct", "accounts_authenticator:key_ct:{user_id}"),
        Sealed(
            "ClientSecret", "secret_ct", "accounts_clientsecret:secret_ct:{client_id}:{slot}", {"retired_at": None}
        ),
    )
