"""manage.py demo_logins: who can log in to the demo, with which password."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kernel.actor import Role
from portal.rules.table import aligned
from portal.services.files import demo


class Command(BaseCommand):
    help = "Print the demo log-ins / 打印演示账号"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("there are no demo log-ins outside DEMO / 非演示环境没有演示账号")
        people, units = demo("users"), {d["code"]: d["short_name"] for d in demo("departments")}
        rows = [
            [u["username"], u["display_name"], units[u["department"]], "、".join(Role(r).label for r in u["roles"])]
            for u in people["users"]
        ]
        self.stdout.write(aligned(["账号", "人员", "部门", "角色"], rows))
        self.stdout.write(f"口令均为 {people['password']}（仅限演示）")
