"""The demo's post office: takes every message over SMTP on loopback and lays it into a Maildir; sends nothing on.

`python -m tools.mail_sink PORT FOLDER`
"""

import mailbox
import signal
import sys
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class IntoMaildir:
    def __init__(self, folder: Path) -> None:
        self.box = mailbox.Maildir(folder, create=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message: EmailMessage = message_from_bytes(content, policy=policy.default)
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.box.add(message.as_bytes())
        return "250 OK"


def main(port: int, folder: Path) -> None:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    post_office = Controller(IntoMaildir(folder), hostname="127.0.0.1", port=port)
    post_office.start()
    ended.wait()
    post_office.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
