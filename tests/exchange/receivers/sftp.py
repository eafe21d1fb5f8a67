"""A department's SFTP server: `python -m tests.exchange.receivers.sftp PORT ROOT USER PASSWORD`.

ROOT/../host_key is its key, made at the first start. ROOT/../mood: full (the disk), readonly, or half (only half of
what is written arrives).
"""

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import Any

import asyncssh


class Server(asyncssh.SSHServer):
    user = password = ""

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (Server.user, Server.password)


class Folder(asyncssh.SFTPServer):
    root = Path()

    def __init__(self, channel: Any) -> None:
        super().__init__(channel, chroot=str(Folder.root))

    @property
    def mood(self) -> str:
        path = Folder.root.parent / "mood"
        return path.read_text() if path.exists() else ""

    def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
        if self.mood == "readonly" and pflags & asyncssh.FXF_WRITE:
            raise asyncssh.SFTPPermissionDenied("read only")
        return super().open(path, pflags, attrs)

    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        if self.mood == "full":
            raise asyncssh.SFTPFailure("no space left")
        if self.mood == "half":
            super().write(file_obj, offset, data[: len(data) // 2])
            return len(data)
        return super().write(file_obj, offset, data)


async def serve(port: int, root: Path) -> None:
    key = root.parent / "host_key"
    if not key.exists():
        made = asyncssh.generate_private_key("ssh-ed25519")
        made.write_private_key(str(key))
        made.write_public_key(str(key) + ".pub")
    await asyncssh.listen("127.0.0.1", port, server_factory=Server, server_host_keys=[str(key)], sftp_factory=Folder)
    await asyncio.Event().wait()


def main() -> None:
    port, Folder.root, Server.user, Server.password = int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:5]
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(port, Folder.root))


if __name__ == "__main__":
    main()
