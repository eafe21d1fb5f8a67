"""rotate_keys: bring every person's data key and blind index to the newest keys. May be stopped and run again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.actor import system
from subjects.services import rotate_some
from toolkit import clock, crypto


class Command(BaseCommand):
    help = "Seal and index persons anew under the newest FIELD_KEYS and INDEX_KEYS; resumable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--chunk", type=int, default=500, help="persons in one transaction")

    def handle(self, *args: Any, chunk: int, **options: Any) -> None:
        wrapped = indexed = dropped = 0
        left = True
        while left:
            try:
                done = rotate_some(limit=chunk, actor=system("rotate_keys"), now=clock.now())
            except crypto.CannotOpen as error:
                raise CommandError(f"旧密钥不在密钥环中，请放回 FIELD_KEYS 后重试：{error}") from error
            wrapped, indexed, dropped = wrapped + done.wrapped, indexed + done.indexed, dropped + done.dropped
            left = done.left
        keys = f"{crypto.fingerprint(crypto.field_keys()[0])}/{crypto.fingerprint(crypto.index_keys()[0])}"
        self.stdout.write(f"密钥轮换完成（{keys}）：重新封装 {wrapped}，重建索引 {indexed}，清除旧索引 {dropped}。")
