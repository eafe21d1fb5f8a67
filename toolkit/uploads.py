"""Uploads that are too big for memory wait in a file without a name: nothing of them stays behind, whatever dies.

What people upload holds citizens' numbers. Until the service has sealed it, its only copy is a file that no directory
lists and that the kernel frees when the last process lets go of it.
"""

import os
import tempfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

TOO_BIG, NO_ROOM = "too_big", "no_room"


class HeldUpload(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs alone
    """An upload and, where it could not be held to its end, what came in the way: TOO_BIG or NO_ROOM."""

    trouble = ""


class NamelessUploadHandler(FileUploadHandler):
    """Django's handler of temporary files, but nameless, with a limit, and with an answer when the disk is full.

    What comes after the trouble is read and let go, so that the browser gets an answer and not a broken connection.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  # the upload closes it
        self.trouble = ""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if not self.trouble and start + len(raw_data) > settings.UPLOAD_LIMIT:
            self._give_up(TOO_BIG)
        if not self.trouble:
            try:
                self.file.write(raw_data)
            except OSError:
                self._give_up(NO_ROOM)

    def _give_up(self, trouble: str) -> None:
        self.trouble = trouble
        self.file.close()
        self.file = tempfile.TemporaryFile(dir=None if trouble == NO_ROOM else settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115

    def file_complete(self, file_size: int) -> HeldUpload:
        self.file.seek(0, os.SEEK_SET)
        upload = HeldUpload(self.file, self.file_name, self.content_type, file_size, self.charset)
        upload.trouble = self.trouble
        return upload

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
