"""Who signs the platform's PDF files: its own key (PAdES, pyHanko), or the city's e-seal service.

Which one is a setting; whoever writes a report only knows the protocol. National seals by SM2 (GB/T 38540) come from
the e-seal service alone: it takes a PDF file and gives back the signed one.
"""

import io
import urllib.error
import urllib.request
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote

from django.conf import settings
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from kernel.errors import Unavailable
from toolkit.lane import Lane

FIELD = "PlatformSignature"
LIMIT = 50 * 1024 * 1024  # of what an e-seal service may answer
_BEGIN = "-----BEGIN "


class SignerMissing(Unavailable):
    code = "office.signer_missing"
    message = "平台没有配置电子签章，不能出具。请联系系统管理员。"


class SignerAway(Unavailable):
    code = "office.signer_away"
    message = "电子签章服务没有应答，本次没有出具。请稍后重试。"


class Signer(Protocol):
    """Takes a PDF file, gives back the same file with a signature over all of it. Raises SignerAway."""

    def sign(self, pdf: bytes, *, reason: str) -> bytes: ...


class LocalSigner:
    """A key and its certificate chain in one PEM text: the private key, its certificate, then those that vouch."""

    def __init__(self, pem: str) -> None:
        blocks = [_BEGIN + block for block in pem.split(_BEGIN)[1:]]
        keys = [block for block in blocks if "PRIVATE KEY" in block.partition("\n")[0]]
        certificates = list(load_certs_from_pemder_data("".join(b for b in blocks if b not in keys).encode()))
        if len(keys) != 1 or not certificates:
            raise SignerMissing
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(certificates)
        self._signer = signers.SimpleSigner(
            signing_cert=certificates[0],
            signing_key=load_private_key_from_pemder_data(keys[0].encode(), None),
            cert_registry=store,
        )

    def sign(self, pdf: bytes, *, reason: str) -> bytes:
        about = signers.PdfSignatureMetadata(
            field_name=FIELD, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256", reason=reason
        )
        written = IncrementalPdfFileWriter(io.BytesIO(pdf))
        with Lane() as lane:
            return bytes(lane.run(signers.async_sign_pdf(written, about, signer=self._signer)).getbuffer())


class ServiceSigner:
    """An e-seal service: POST of the PDF file, its answer is the signed file. The reason goes in a header, in UTF-8
    as percent signs. Nothing is tried twice: whoever asked is told, and asks again.
    """

    def __init__(self, url: str, token: str, timeout: float) -> None:
        self._url, self._token, self._timeout = url, token, timeout

    def sign(self, pdf: bytes, *, reason: str) -> bytes:
        headers = {
            "Content-Type": "application/pdf",
            "Authorization": f"Bearer {self._token}",
            "X-Reason": quote(reason),
        }
        asked = urllib.request.Request(self._url, data=pdf, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(asked, timeout=self._timeout) as answer:
                signed = bytes(answer.read(LIMIT + 1))
        except (urllib.error.URLError, TimeoutError, OSError) as error:
            raise SignerAway from error
        if not signed.startswith(b"%PDF-") or len(signed) > LIMIT or not signatures_of(signed):
            raise SignerAway
        return signed


def signer() -> Signer:
    """The signer that the settings name. Raises SignerMissing."""
    if settings.PDF_SIGNER_URL:
        return ServiceSigner(settings.PDF_SIGNER_URL, settings.PDF_SIGNER_TOKEN, settings.PDF_SIGNER_TIMEOUT)
    if not settings.PDF_SIGNER_PEM:
        raise SignerMissing
    return _local(settings.PDF_SIGNER_PEM)


@lru_cache(maxsize=2)
def _local(pem: str) -> LocalSigner:
    return LocalSigner(pem)


def signatures_of(pdf: bytes) -> int:
    """How many signatures a file carries; 0 for what is no PDF file."""
    try:
        return len(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)
    except (PdfError, ValueError):
        return 0


def is_ours(pdf: bytes) -> bool:
    """Whether our own key signed the whole file, and not one byte was changed since.

    Only for the local signer: what an e-seal service signed is verified by its own reader.
    """
    blocks = [_BEGIN + block for block in settings.PDF_SIGNER_PEM.split(_BEGIN)[1:]]
    trusted = list(load_certs_from_pemder_data("".join(b for b in blocks if "PRIVATE" not in b[:40]).encode()))
    try:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if len(found) != 1:
            return False
        covered = [int(place) for place in found[0].byte_range]
        if covered[0] != 0 or sum(covered[2:]) != len(pdf):  # something was appended
            return False
        context = ValidationContext(trust_roots=trusted[-1:])
        with Lane() as lane:
            return bool(lane.run(async_validate_pdf_signature(found[0], context)).bottom_line)
    except (PdfError, ValueError):
        return False
