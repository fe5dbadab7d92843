# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to the cloud: certificates, what the environment says about proxies and authorities, and plain http."""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.cncloud.images.plugins.module_utils import _transport
from emulator import Catalogue, Emulator
from emulator.certificates import Certificates
from emulator.proxy import Proxy
from unit.faults.places import FIRST_PAGES, Place, Spot, at_most
from unit.front_door import JDCLOUD, QCLOUD, FrontDoor

Serve = Callable[[ssl.SSLContext], Spot]
PUBLIC = {"jdcloud_image_info": {**JDCLOUD, "image_source": "public"}, "qcloud_image_info": QCLOUD}


@pytest.fixture(params=FIRST_PAGES, ids=lambda place: str(place.name))
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.param
    return found


@pytest.fixture
def serve(place: Place, waits: list[int]) -> Iterator[Serve]:
    """Starts a cloud that speaks TLS with the certificate that is given."""
    with contextlib.ExitStack() as running:

        def start(context: ssl.SSLContext) -> Spot:
            return Spot(place, running.enter_context(Emulator(tls=context, catalogue=Catalogue(120))), waits)

        yield start


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as running:
        yield running


# --- TLS


def test_the_right_certificate_is_trusted_by_ca_path(serve: Serve, issued: Certificates) -> None:
    spot = serve(issued.right)
    spot.is_whole(spot.door.fine(ca_path=issued.ca_file))


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_right_certificate_is_trusted_by_the_environment(
    serve: Serve, issued: Certificates, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, issued.ca_file)
    spot = serve(issued.right)
    spot.is_whole(spot.door.fine())


def test_ca_path_wins_over_the_environment(serve: Serve, issued: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent/bundle.pem")
    spot = serve(issued.right)
    spot.is_whole(spot.door.fine(ca_path=issued.ca_file))


def test_an_authority_that_is_not_trusted_ends_at_once(serve: Serve, issued: Certificates) -> None:
    spot = serve(issued.right)
    result = spot.ends("tls", attempts=1)
    assert "ca_path" in result["error"]["hint"]
    assert spot.cloud.requests == []


@pytest.mark.parametrize(
    ("name", "words", "remedy"),
    [
        ("wrong_host", "mismatch", "a name that is in the certificate"),
        ("expired", "certificate has expired", "this machine's clock"),
        ("self_signed", "self-signed certificate", "Set ca_path"),
    ],
)
def test_a_wrong_certificate_ends_at_once_and_is_named(
    serve: Serve, issued: Certificates, name: str, words: str, remedy: str
) -> None:
    spot = serve(getattr(issued, name))
    result = spot.ends("tls", attempts=1, ca_path=issued.ca_file)
    assert words in result["error"]["message"]
    assert remedy in result["error"]["hint"]
    assert spot.cloud.requests == []


@pytest.mark.parametrize("name", ["wrong_host", "expired", "self_signed"])
def test_without_validation_any_certificate_does(
    serve: Serve, issued: Certificates, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent/bundle.pem")
    spot = serve(getattr(issued, name))
    spot.is_whole(spot.door.fine(validate_certs=False))
    assert "InsecureRequestWarning" not in spot.door.said


def test_a_bundle_that_does_not_exist_is_told(
    serve: Serve, issued: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent/bundle.pem")
    result = serve(issued.right).ends("tls", attempts=1)
    assert "REQUESTS_CA_BUNDLE" in result["error"]["hint"]


def test_a_bundle_without_a_certificate_is_told(serve: Serve, issued: Certificates, tmp_path: Path) -> None:
    (tmp_path / "bundle.pem").write_text("no certificate\n", encoding="utf-8")
    result = serve(issued.right).ends("tls", attempts=1, ca_path=str(tmp_path / "bundle.pem"))
    assert "certificate authorities" in result["error"]["message"]


def test_a_port_without_tls_is_told_at_once(place: Place, cloud: Emulator, waits: list[int]) -> None:
    spot = Spot(place, cloud, waits)
    result = spot.ends("tls", attempts=1, endpoint=cloud.url.replace("http:", "https:"))
    assert "does not speak TLS" in result["error"]["message"]
    assert cloud.requests == []


def test_a_port_with_tls_that_is_asked_without_is_told(serve: Serve, issued: Certificates) -> None:
    spot = serve(issued.right)
    spot.ends("network", attempts=2, retries=1, endpoint=spot.cloud.url.replace("https:", "http:"))
    assert spot.cloud.requests == []


@pytest.mark.parametrize("scheme", ["https", "https by proxy"])
def test_tls_or_a_tunnel_that_drips_is_left_in_time(
    place: Place, cloud: Emulator, waits: list[int], monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    # The beginning of a TLS record of 16 KiB, or of a proxy's answer, that comes byte by byte.
    head = b"\x16\x03\x03\x40\x00" if scheme == "https" else b"HTTP/1.1 200 "
    with dripping(head) as port:
        endpoint = f"https://127.0.0.1:{port}"
        if scheme != "https":
            monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
            endpoint = "https://images.example.com"
        options = {"timeout": 0.3, "retries": 0, "endpoint": endpoint}
        result = Spot(place, cloud, waits).ends("network", attempts=1, seconds=1.5, **options)
    assert "no complete answer within 0.3 s" in result["error"]["message"]


@contextlib.contextmanager
def dripping(head: bytes) -> Iterator[int]:
    """A port that sends ``head`` and then a letter every 20 ms, for 10 s at most."""
    done = threading.Event()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def drip() -> None:
            connection, dummy = listening.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(head)
                for dummy in range(500):
                    if done.wait(0.02):
                        return
                    connection.sendall(b"O")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        done.set()
        thread.join(timeout=5)


# --- proxies


def test_https_goes_through_the_proxy_of_the_environment(
    serve: Serve, issued: Certificates, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", proxy.url)
    spot = serve(issued.right)
    spot.is_whole(spot.door.fine(ca_path=issued.ca_file))
    assert {request.method for request in proxy.requests} == {"CONNECT"}
    # The proxy sees where to, and nothing that is signed.
    names = {name.lower() for request in proxy.requests for name, dummy in request.headers}
    assert not names & {"authorization", "x-jdcloud-date", "x-tc-timestamp"}


@pytest.mark.parametrize("by_option", [True, False])
def test_a_proxy_that_speaks_tls_is_checked_by_the_same_authorities(
    serve: Serve, issued: Certificates, monkeypatch: pytest.MonkeyPatch, by_option: bool
) -> None:
    spot = serve(issued.right)
    if not by_option:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", issued.ca_file)
    with Proxy(tls=issued.right) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        spot.is_whole(spot.door.fine(ca_path=issued.ca_file if by_option else None))
        assert {request.method for request in proxy.requests} == {"CONNECT"}
    with Proxy(tls=issued.self_signed) as stranger:
        monkeypatch.setenv("https_proxy", stranger.url)
        spot.door.failed("tls", ca_path=issued.ca_file if by_option else None)
        assert stranger.requests == []


def test_http_goes_through_the_proxy_of_the_environment(
    place: Place, cloud: Emulator, waits: list[int], proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url)
    spot = Spot(place, cloud, waits)
    spot.is_whole(spot.door.fine())
    assert len(proxy.requests) == 5
    assert all(request.target.startswith(cloud.url) for request in proxy.requests)


@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_no_proxy_is_heeded(
    place: Place, cloud: Emulator, waits: list[int], proxy: Proxy, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv(name, "example.com,127.0.0.1")
    spot = Spot(place, cloud, waits)
    spot.is_whole(spot.door.fine())
    assert proxy.requests == []


def test_a_proxy_with_a_login_gets_it_and_the_cloud_does_not(
    serve: Serve, issued: Certificates, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.mode = "basic"
    monkeypatch.setenv("https_proxy", proxy.url.replace("://", f"://{proxy.user}:{proxy.password}@"))
    spot = serve(issued.right)
    spot.is_whole(spot.door.fine(ca_path=issued.ca_file))
    assert all(received.header("proxy-authorization") is None for received in spot.cloud.requests)


@pytest.mark.parametrize("tls", [True, False], ids=["https", "http"])
def test_a_proxy_that_asks_for_a_login_is_told_at_once(
    place: Place, cloud: Emulator, waits: list[int], proxy: Proxy, monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    proxy.mode = "always 407"
    monkeypatch.setenv("all_proxy", proxy.url.replace("://", "://somebody:proxy-password@"))
    endpoint = cloud.url.replace("http:", "https:") if tls else cloud.url
    spot = Spot(place, cloud, waits)
    result = spot.ends("network", attempts=1, endpoint=endpoint)
    assert "the proxy asks for a login (407)" in result["error"]["message"]
    assert cloud.requests == []
    assert "proxy-password" not in spot.door.said
    assert base64.b64encode(b"somebody:proxy-password").decode() not in spot.door.said


def test_a_tunnel_that_is_dropped_ends_after_the_last_attempt(
    serve: Serve, issued: Certificates, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.mode = "drops the tunnel"
    monkeypatch.setenv("https_proxy", proxy.url)
    spot = serve(issued.right)
    result = spot.ends("network", attempts=3, retries=2, ca_path=issued.ca_file)
    assert "proxy" in result["error"]["hint"]
    assert len(proxy.requests) == 3
    assert spot.cloud.requests == []


def test_a_tunnel_that_is_dropped_once_heals(
    serve: Serve, issued: Certificates, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.mode = "drops the tunnel"
    monkeypatch.setenv("https_proxy", proxy.url)

    def mended(attempt: int) -> float:
        proxy.mode = "works"
        return 0.0

    monkeypatch.setattr(_transport, "_jittered", mended)
    spot = serve(issued.right)
    spot.is_whole(spot.door.fine(ca_path=issued.ca_file))


def test_a_proxy_that_is_not_there_is_told(
    place: Place, cloud: Emulator, waits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{taken.getsockname()[1]}")
        result = Spot(place, cloud, waits).ends("network", attempts=2, retries=1)
    assert "proxy" in result["error"]["hint"]
    assert cloud.requests == []


@pytest.mark.parametrize(
    "value", ["http://", "proxy.nowhere", "http://127.0.0.1:99999", "ftp://127.0.0.1:1", "http://[::1"]
)
def test_a_proxy_that_is_no_address_is_told(
    place: Place, cloud: Emulator, waits: list[int], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("http_proxy", value)
    monkeypatch.setattr(socket, "getaddrinfo", unknown_name)
    with at_most(3):
        result = Spot(place, cloud, waits).door.failed("network", retries=0, timeout=0.3)
    assert "proxy" in result["error"]["hint"]
    assert cloud.requests == []


def unknown_name(*dummy: Any, **options: Any) -> Any:
    raise socket.gaierror(-2, "Name or service not known")


# --- ~/.netrc


def test_netrc_is_ignored(spot: Spot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "machine 127.0.0.1 login somebody password netrc-password\ndefault login any password netrc-password\n"
    (tmp_path / ".netrc").write_text(text, encoding="utf-8")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    spot.is_whole(spot.door.fine())
    assert all("Basic" not in (received.header("authorization") or "") for received in spot.cloud.requests)


# --- plain http


def warned(module: str, endpoint: str, proxy: Proxy, cloud: Emulator) -> bool:
    """Whether a task warns of ``endpoint``, which the proxy keeps from being reached."""
    result: dict[str, Any] = FrontDoor(module, cloud, **PUBLIC[module])(endpoint=endpoint, retries=0)
    assert "HTTP 403" in result["msg"]
    assert proxy.requests
    assert cloud.requests == []
    return any("without TLS" in warning for warning in result.get("warnings", []))


@pytest.mark.parametrize("module", PUBLIC)
@pytest.mark.parametrize(
    "endpoint",
    ["http://images.example.com", "http://images.example.com:8080", "http://192.0.2.7", "http://localhost.example.com"],
)
def test_a_host_without_tls_is_warned_of(
    module: str, endpoint: str, proxy: Proxy, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url)
    assert warned(module, endpoint, proxy, cloud)


@pytest.mark.parametrize(
    ("module", "endpoint"),
    [
        ("jdcloud_image_info", "http://vm.internal.cn-north-1.jdcloud-api.com"),
        ("jdcloud_image_info", "http://vm.internal.cn-north-1.jdcloud-api.com:80"),
    ],
)
def test_a_host_inside_the_clouds_network_is_not_warned_of(
    module: str, endpoint: str, proxy: Proxy, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url)
    assert not warned(module, endpoint, proxy, cloud)


def test_a_host_that_only_looks_like_one_inside_is_warned_of(
    proxy: Proxy, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url)
    lookalike = "http://vm.internal.cn-north-1.jdcloud-api.com.example.com"
    assert warned("jdcloud_image_info", lookalike, proxy, cloud)


def test_loopback_is_not_warned_of(spot: Spot) -> None:
    began = time.monotonic()
    assert "warnings" not in spot.door.fine()
    assert time.monotonic() - began < 3
