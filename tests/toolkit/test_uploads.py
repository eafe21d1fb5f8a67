"""A big upload is held where nobody finds it, up to the limit, and a full disk is an answer, not a crash."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import RequestFactory

from toolkit import uploads

BIG = b"0123456789abcdef" * (128 * 1024)  # 2 MB: more than is kept in memory


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


@contextmanager
def received(content: bytes) -> Iterator[UploadedFile]:
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("处罚.csv", content), "said": "好"})
    assert request.POST["said"] == "好"
    yield request.FILES["file"]
    request.close()


def test_a_big_upload_is_whole_and_has_no_name(folder: Path) -> None:
    with received(BIG) as upload:
        assert isinstance(upload, uploads.HeldUpload)
        assert os.listdir(folder) == []
        assert (upload.name, upload.size, upload.trouble) == ("处罚.csv", len(BIG), "")
        assert upload.read() == BIG
        upload.seek(0)
        assert upload.read(4) == b"0123"


def test_what_is_over_the_limit_is_let_go_and_said(folder: Path, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 1024 * 1024
    with received(BIG) as upload:
        assert (upload.trouble, upload.size, upload.read()) == (uploads.TOO_BIG, len(BIG), b"")


def test_a_full_disk_is_said(folder: Path) -> None:
    with mock.patch("tempfile.TemporaryFile") as made:
        made.return_value.write.side_effect = OSError(28, "No space left on device")
        with received(BIG) as upload:
            assert upload.trouble == uploads.NO_ROOM


def test_a_small_one_stays_in_memory(folder: Path) -> None:
    with received(b"small") as upload:
        assert not isinstance(upload, uploads.HeldUpload)
