"""A folder on the receiver's SFTP server. The server is known by its key, which was registered with the channel.

asyncssh would otherwise read the account's own ~/.ssh, ask an agent, and offer its keys: all of that is switched off.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import asyncssh
from django.conf import settings

from exchange.rules.channels import Trouble, allowed_to
from exchange.rules.formats import File
from exchange.services.channels.base import CannotDeliver, Target
from exchange.services.channels.files import PART, FileChannel, Place
from toolkit.lane import Lane

T = TypeVar("T")
CONNECT_SECONDS = 10
STEP_SECONDS = 60  # for one file
_OF_SFTP: list[tuple[type[asyncssh.SFTPError], Trouble]] = [
    (asyncssh.SFTPNoSpaceOnFilesystem, Trouble.FULL),
    (asyncssh.SFTPQuotaExceeded, Trouble.FULL),
    (asyncssh.SFTPNoSuchFile, Trouble.FOLDER),
    (asyncssh.SFTPNoSuchPath, Trouble.FOLDER),
    (asyncssh.SFTPNotADirectory, Trouble.FOLDER),
    (asyncssh.SFTPPermissionDenied, Trouble.WRITE),
    (asyncssh.SFTPWriteProtect, Trouble.WRITE),
    (asyncssh.SFTPNoConnection, Trouble.HOST),
    (asyncssh.SFTPConnectionLost, Trouble.HOST),
    (asyncssh.SFTPFailure, Trouble.FULL),  # what servers of version 3 say when a disk is full
]


def sftp_channel(target: Target) -> FileChannel:
    return FileChannel(target, _remote)


class Remote:
    """A folder over one SFTP session, driven step by step."""

    def __init__(self, lane: Lane, client: asyncssh.SFTPClient, folder: str) -> None:
        self._lane, self._client, self._folder = lane, client, folder

    def put(self, file: File) -> None:
        _run(self._lane, self._put(file))

    def read(self, name: str, limit: int) -> bytes | None:
        return _run(self._lane, self._read(name, limit))

    def remove(self, name: str) -> None:
        _run(self._lane, self._client.remove(self._at(name)))

    def _at(self, name: str) -> str:
        return f"{self._folder}/{name}"

    async def _put(self, file: File) -> None:
        part = self._at(file.name + PART)
        try:
            async with self._client.open(part, "wb") as out:
                await out.write(file.body)
                with contextlib.suppress(asyncssh.SFTPOpUnsupported):  # an extension of OpenSSH
                    await out.fsync()
            if (await self._client.stat(part)).size != len(file.body):
                raise asyncssh.SFTPNoSpaceOnFilesystem("half a file")
            await self._rename(part, self._at(file.name))
        except asyncssh.SFTPError:
            with contextlib.suppress(asyncssh.SFTPError):
                await self._client.remove(part)
            raise

    async def _rename(self, part: str, name: str) -> None:
        try:
            await self._client.posix_rename(part, name)  # in the place of one that is there
        except asyncssh.SFTPOpUnsupported:
            with contextlib.suppress(asyncssh.SFTPNoSuchFile):
                await self._client.remove(name)
            await self._client.rename(part, name)

    async def _read(self, name: str, limit: int) -> bytes | None:
        try:
            async with self._client.open(self._at(name), "rb") as file:
                read = await file.read(limit + 1)
                return read if isinstance(read, bytes) else read.encode()
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            return None


def _run(lane: Lane, step: Awaitable[T]) -> T:
    async def in_time() -> T:
        return await asyncio.wait_for(step, STEP_SECONDS)

    try:
        return lane.run(in_time())
    except asyncssh.SFTPError as error:
        trouble = next((trouble for kind, trouble in _OF_SFTP if isinstance(error, kind)), Trouble.OTHER)
        raise CannotDeliver(trouble) from error
    except TimeoutError as error:
        raise CannotDeliver(Trouble.SLOW) from error
    except asyncssh.HostKeyNotVerifiable as error:
        raise CannotDeliver(Trouble.HOST_KEY) from error
    except asyncssh.PermissionDenied as error:
        raise CannotDeliver(Trouble.LOGIN) from error
    except (asyncssh.Error, OSError) as error:
        raise CannotDeliver(Trouble.HOST) from error


@contextmanager
def _remote(target: Target) -> Iterator[Place]:
    said = target.settings
    if not allowed_to(said, settings.EXCHANGE_HOSTS):
        raise CannotDeliver(Trouble.FORBIDDEN)
    with Lane() as lane:
        connection = _run(lane, _connect(target))
        try:
            client = _run(lane, _session(connection))
            folder = said.get("path").rstrip("/") or "/"
            if not _run(lane, client.isdir(folder)):
                raise CannotDeliver(Trouble.FOLDER)
            yield Remote(lane, client, folder)
        finally:
            connection.abort()
            with contextlib.suppress(CannotDeliver):
                _run(lane, connection.wait_closed())


async def _connect(target: Target) -> asyncssh.SSHClientConnection:
    said = target.settings
    key = asyncssh.import_public_key(said.get("host_key"))
    is_key = target.secret.lstrip().startswith("-----BEGIN")
    try:
        ours = [asyncssh.import_private_key(target.secret)] if is_key else None
    except asyncssh.KeyImportError as error:
        raise CannotDeliver(Trouble.SETTINGS, "私钥无法读取，请填写不带口令的 OpenSSH 或 PEM 私钥。") from error
    return await asyncssh.connect(
        said.get("host"),
        said.port,
        username=said.get("username"),
        password=None if is_key else target.secret,
        client_keys=ours,
        known_hosts=([key], [], []),
        config=None,
        agent_path=None,
        gss_host=None,
        x509_trusted_certs=None,
        connect_timeout=CONNECT_SECONDS,
        login_timeout=CONNECT_SECONDS,
    )


async def _session(connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
    return await connection.start_sftp_client()
