"""The one table of ways to a receiver. A new one: a module with a class that fits base.Channel, and a line here."""

from collections.abc import Callable, Mapping

from exchange.rules.channels import Kind, Trouble
from exchange.services.channels.base import CannotDeliver, Channel, Target
from exchange.services.channels.files import folder_channel
from exchange.services.channels.sftp import sftp_channel
from exchange.services.channels.soap import SoapChannel
from exchange.services.channels.table import TableChannel
from exchange.services.channels.webhook import WebhookChannel

CHANNELS: Mapping[Kind, Callable[[Target], Channel]] = {
    Kind.TABLE: TableChannel,
    Kind.FOLDER: folder_channel,
    Kind.SFTP: sftp_channel,
    Kind.WEBHOOK: WebhookChannel,
    Kind.SOAP: SoapChannel,
}


def open_channel(target: Target) -> Channel:
    """The channel of a target. Raises CannotDeliver where its kind is not built in."""
    make = CHANNELS.get(target.settings.kind)
    if make is None:
        raise CannotDeliver(Trouble.NOT_YET)
    return make(target)
