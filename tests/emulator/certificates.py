# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Server certificates, one good and some bad, so that a client's checks can be seen to fail for the right reason."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    ca_file: str
    """What a client has to trust."""
    right: ssl.SSLContext
    """For 127.0.0.1 and localhost."""
    wrong_host: ssl.SSLContext
    expired: ssl.SSLContext
    self_signed: ssl.SSLContext
    cert_file: str
    """The right certificate and its key as files, for `python -m emulator --tls-cert ... --tls-key ...`."""
    key_file: str


def certificates(tmpdir: Path | str) -> Certificates:
    folder = Path(tmpdir)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    right = authority.issue_cert("127.0.0.1", "localhost")
    right.cert_chain_pems[0].write_to_path(str(folder / "server.pem"))
    right.private_key_pem.write_to_path(str(folder / "server.key"))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    expired = authority.issue_cert("127.0.0.1", not_before=yesterday - timedelta(days=1), not_after=yesterday)
    return Certificates(
        ca_file=str(folder / "ca.pem"),
        right=serving(right),
        wrong_host=serving(authority.issue_cert("images.example.com")),
        expired=serving(expired),
        self_signed=self_signed(folder),
        cert_file=str(folder / "server.pem"),
        key_file=str(folder / "server.key"),
    )


def serving(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def self_signed(folder: Path) -> ssl.SSLContext:
    # An authority's own certificate is a self-signed one; a client stops at that before it looks at the name.
    authority = trustme.CA()
    pem = folder / "self-signed.pem"
    pem.write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
