from django.apps import AppConfig

from toolkit.sealing import Sealed


class ExchangeConfig(AppConfig):
    name = "exchange"
    sealed = (Sealed("Channel", "secret_ct", "exchange.channel:{subscription_id}:secret"),)
