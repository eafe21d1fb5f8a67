"""What kind of file proves a report: by its content, never by its name. Pure but for the bytes."""

import zipfile
from typing import BinaryIO

KINDS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BEGINNINGS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
MACROS = "vbaProject.bin"


def kind_of(stream: BinaryIO) -> str:
    """A word of KINDS, or "" for anything else, such as a workbook with macros. The stream is rewound."""
    stream.seek(0)
    head = stream.read(8)
    stream.seek(0)
    for beginning, kind in BEGINNINGS.items():
        if head.startswith(beginning):
            return kind
    if not head.startswith(b"PK\x03\x04"):
        return ""
    try:
        with zipfile.ZipFile(stream) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ""
    finally:
        stream.seek(0)
    if any(name.endswith(MACROS) for name in names):
        return ""
    return next((kind for part, kind in PARTS.items() if part in names), "")
