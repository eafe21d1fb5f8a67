"""rotate_keys: bring all that is sealed or indexed to the newest keys. May be stopped and run again.

Blind indexes of persons and visitors, and every column of the register of sealed columns (toolkit.sealing). What is
sealed with the records of collection keeps naming its key: that key stays in the ring.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from citizens.services import rotate_identities
from kernel.actor import system
from portal.services.rotating import reseal_everything
from subjects.services import rotate_some
from toolkit import clock, crypto

ACTOR = system("rotate_keys")


class Command(BaseCommand):
    help = "Seal and index everything anew under the newest FIELD_KEYS and INDEX_KEYS; resumable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--chunk", type=int, default=500, help="persons in one transaction")

    def handle(self, *args: Any, chunk: int, **options: Any) -> None:
        wrapped = indexed = dropped = 0
        left = True
        try:
            while left:
                done = rotate_some(limit=chunk, actor=ACTOR, now=clock.now())
                wrapped, indexed, dropped = wrapped + done.wrapped, indexed + done.indexed, dropped + done.dropped
                left = done.left
            visitors = rotate_identities()
            counts = reseal_everything(actor=ACTOR, now=clock.now())
        except crypto.CannotOpen as error:
            raise CommandError(f"旧密钥不在密钥环中，请放回 FIELD_KEYS 后重试：{error}") from error
        keys = f"{crypto.fingerprint(crypto.field_keys()[0])}/{crypto.fingerprint(crypto.index_keys()[0])}"
        self.stdout.write(
            f"密钥轮换完成（{keys}）：重新封装 {wrapped}，重建索引 {indexed}，清除旧索引 {dropped}；"
            f"访客 {visitors}，其他密文 {sum(counts.values())}。"
        )
        for column, values in counts.items():
            self.stdout.write(f"  {column}：{values}")
