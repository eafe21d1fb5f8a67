"""The keys of one machine: made once, kept under DATA_DIR/keys, handed to processes as NAME_FILE."""

import base64
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def _text() -> str:
    return secrets.token_urlsafe(48)


def _keyring() -> str:
    """One key of 32 bytes with its id, as FIELD_KEYS and INDEX_KEYS want it: "kid:base64"."""
    return f"k{secrets.token_hex(3)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _signer() -> str:
    """What signs reports on one machine: a key with its certificate, and the small authority that vouches for it (a
    reader is told to trust the authority, never a key). A city puts its own certificate here, or an e-seal service.
    """
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "公共信用信息平台（演示）签发机构")])
    holder = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "公共信用信息平台（演示）")])
    root = _certificate(issuer, issuer, authority.public_key(), authority, is_authority=True)
    leaf = _certificate(holder, issuer, key.public_key(), authority, is_authority=False)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return (secret + leaf.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM)).decode()


def _certificate(
    holder: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    authority: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(holder)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))  # before any day that a demo is set to
        .not_valid_after(datetime(2049, 12, 31, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
        .sign(authority, hashes.SHA256())
    )


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": _text,
    "FIELD_KEYS": _keyring,
    "INDEX_KEYS": _keyring,
    "SEAL_KEY": _text,
    "SMS_GATEWAY_TOKEN": _text,
    "REPAIR_UPSTREAM_TOKEN": _text,
    "PDF_SIGNER_PEM": _signer,
    "VALKEY_PASSWORD": lambda: secrets.token_hex(24),
}
OF_SETTINGS = (
    "SECRET_KEY",
    "FIELD_KEYS",
    "INDEX_KEYS",
    "SEAL_KEY",
    "SMS_GATEWAY_TOKEN",
    "REPAIR_UPSTREAM_TOKEN",
    "PDF_SIGNER_PEM",
)


def make(folder: Path) -> None:
    """Make what is missing, never touch what is there: a lost key is lost data."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, maker in MAKERS.items():
        path = folder / name
        if not path.exists():
            half = folder / f".{name}.new"
            half.unlink(missing_ok=True)
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(maker())
                file.flush()
                os.fsync(file.fileno())
            half.rename(path)


def environment(folder: Path) -> dict[str, str]:
    return {f"{name}_FILE": str(folder / name) for name in OF_SETTINGS}


def throwaway() -> dict[str, str]:
    """Keys for one process that reads no data: lint, tests."""
    return {name: MAKERS[name]() for name in OF_SETTINGS}
