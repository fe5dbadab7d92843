# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates fail for the reason they are made for, and the proxy lets through only what its mode says."""

from __future__ import annotations

import pytest
import requests
from emulator import Emulator
from emulator.certificates import Certificates, certificates
from emulator.proxy import Proxy


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


def get(cloud: Emulator, issued: Certificates, proxy: str = "") -> requests.Response:
    proxies = {"http": proxy, "https": proxy}
    with requests.Session() as session:
        session.trust_env = False
        return session.get(f"{cloud.url}/v1/regions/x/images?a=b", verify=issued.ca_file, proxies=proxies, timeout=5)


def test_the_right_certificate_is_trusted(issued: Certificates) -> None:
    with Emulator(tls=issued.right) as cloud:
        assert cloud.url.startswith("https://")
        assert get(cloud, issued).status_code == 401


@pytest.mark.parametrize(
    ("name", "reason"),
    [("wrong_host", "mismatch|doesn't match"), ("expired", "expired"), ("self_signed", "self-signed")],
)
def test_a_bad_certificate_is_refused_for_its_own_reason(issued: Certificates, name: str, reason: str) -> None:
    with Emulator(tls=getattr(issued, name)) as cloud, pytest.raises(requests.exceptions.SSLError, match=reason):
        get(cloud, issued)


@pytest.mark.parametrize("tls", [False, True])
def test_the_proxy_forwards_and_tunnels(issued: Certificates, tls: bool) -> None:
    with Emulator(tls=issued.right if tls else None) as cloud, Proxy() as proxy:
        assert get(cloud, issued, proxy.url).status_code == 401
        (seen,) = proxy.requests
        assert seen.method == ("CONNECT" if tls else "GET")
        assert cloud.requests[0].raw_path == "/v1/regions/x/images?a=b"


def test_the_proxy_wants_the_right_password(issued: Certificates) -> None:
    with Emulator() as cloud, Proxy("basic") as proxy:
        assert get(cloud, issued, proxy.url).status_code == 407
        known = proxy.url.replace("//", f"//{proxy.user}:{proxy.password}@")
        assert get(cloud, issued, known).status_code == 401
        assert [seen.verdict for seen in proxy.requests] == [407, 200]
        assert len(cloud.requests) == 1
        assert cloud.requests[0].header("Proxy-Authorization") is None


def test_the_proxy_can_refuse_always_and_drop_a_tunnel(issued: Certificates) -> None:
    with Emulator(tls=issued.right) as cloud, Proxy("always 407") as proxy:
        with pytest.raises(requests.exceptions.ProxyError, match="407"):
            get(cloud, issued, proxy.url)
        proxy.mode = "drops the tunnel"
        with pytest.raises(requests.exceptions.ConnectionError):
            get(cloud, issued, proxy.url)
        assert cloud.requests == []


def test_the_proxy_reaches_loopback_only() -> None:
    with Proxy() as proxy:
        response = requests.get("http://images.example.com/", proxies={"http": proxy.url}, timeout=5)
        assert response.status_code == 403
