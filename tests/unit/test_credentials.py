# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys from the places where people already have them, in their order, and what is said when a place is unfit."""

from __future__ import annotations

import contextlib
import json
import os
import socketserver
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from emulator import (
    ACCESS_KEY,
    SECRET_ID,
    SECRET_KEY,
    SECRET_KEY_TENCENT,
    SECURITY_TOKEN,
    TEMPORARY_ACCESS_KEY,
    TEMPORARY_SECRET_ID,
    TEMPORARY_SECRET_KEY,
    TEMPORARY_SECRET_KEY_TENCENT,
    Emulator,
    Fault,
)
from emulator import faults as broken
from unit.faults.places import at_most
from unit.front_door import FrontDoor

JDC = f"[default]\naccess_key = {ACCESS_KEY}\nsecret_key = {SECRET_KEY}\nregion_id = cn-north-1\n"
SDK = f"[default]\nsecret_id = {SECRET_ID}\nsecret_key = {SECRET_KEY_TENCENT}\n"
KEY_OPTIONS = {
    "jdcloud": ("access_key", "secret_key", "security_token"),
    "qcloud": ("secret_id", "secret_key", "token"),
}
TCCLI = {"secretId": SECRET_ID, "secretKey": SECRET_KEY_TENCENT}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def jdcloud(cloud: Emulator, home: Path) -> FrontDoor:
    return FrontDoor("jdcloud_image_info", cloud, region_id="cn-north-1", image_source="public", page_size=10)


@pytest.fixture
def qcloud(cloud: Emulator, home: Path) -> FrontDoor:
    return FrontDoor("qcloud_image_info", cloud, region="gz", image_type="public", limit=10)


def put(path: Path, text: str, mode: int = 0o600) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def signed_by(cloud: Emulator) -> str:
    authorization = cloud.requests[-1].header("authorization")
    assert authorization
    return authorization.split("Credential=")[1].split("/")[0]


def test_the_profile_of_jd_clouds_command_line_is_used_where_no_key_is_given(jdcloud: FrontDoor, home: Path) -> None:
    put(home / ".jdc/config", JDC)
    assert len(jdcloud()["images"]) == 10


def test_the_profile_that_current_names_is_used(jdcloud: FrontDoor, home: Path) -> None:
    put(home / ".jdc/config", JDC.replace("[default]", "[work]") + "[default]\naccess_key = A\nsecret_key = B\n")
    put(home / ".jdc/current", "work\n")
    assert len(jdcloud()["images"]) == 10


@pytest.mark.parametrize("profile", [None, "default"])
def test_the_credentials_file_of_tencents_sdks_is_used(qcloud: FrontDoor, home: Path, profile: str | None) -> None:
    put(home / ".tencentcloud/credentials", SDK)
    assert len(qcloud(profile=profile)["images"]) == 10


@pytest.mark.parametrize("profile", [None, "default", "work"])
def test_a_profile_of_tencents_command_line_is_used(qcloud: FrontDoor, home: Path, profile: str | None) -> None:
    put(home / f".tccli/{profile or 'default'}.credential", json.dumps(TCCLI))
    assert len(qcloud(profile=profile)["images"]) == 10


def test_a_token_in_a_profile_is_sent(qcloud: FrontDoor, home: Path, cloud: Emulator) -> None:
    keys = {
        "secretId": TEMPORARY_SECRET_ID, "secretKey": TEMPORARY_SECRET_KEY_TENCENT, "token": SECURITY_TOKEN
    }  # fmt: skip
    put(home / ".tccli/default.credential", json.dumps(keys))
    assert len(qcloud()["images"]) == 10
    assert cloud.requests[-1].header("x-tc-token") == SECURITY_TOKEN


def test_the_environment_comes_before_the_files(
    jdcloud: FrontDoor, home: Path, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home / ".jdc/config", JDC)
    monkeypatch.setenv("JDCLOUD_ACCESS_KEY", "OTHEREXAMPLE")
    monkeypatch.setenv("JDCLOUD_SECRET_KEY", "OTHERSECRETEXAMPLE")
    assert jdcloud.failed("credentials")
    assert signed_by(cloud) == "OTHEREXAMPLE"


def test_options_come_before_the_environment(
    jdcloud: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JDCLOUD_ACCESS_KEY", "OTHEREXAMPLE")
    monkeypatch.setenv("JDCLOUD_SECRET_KEY", "OTHERSECRETEXAMPLE")
    assert len(jdcloud(access_key=ACCESS_KEY, secret_key=SECRET_KEY)["images"]) == 10


def test_a_profile_that_the_task_names_comes_before_the_environment(
    jdcloud: FrontDoor, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home / ".jdc/config", JDC)
    monkeypatch.setenv("JDCLOUD_ACCESS_KEY", "OTHEREXAMPLE")
    monkeypatch.setenv("JDCLOUD_SECRET_KEY", "OTHERSECRETEXAMPLE")
    assert len(jdcloud(profile="default")["images"]) == 10


def test_half_a_pair_of_keys_is_not_completed_from_a_file(jdcloud: FrontDoor, home: Path) -> None:
    put(home / ".jdc/config", JDC)
    assert "secret_key is missing" in jdcloud.refused("credentials", access_key=ACCESS_KEY)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"profile": "work", "access_key": "A"}, "profile cannot be combined with access_key"),
        ({"profile": "work", "credentials_from": "instance"}, "profile cannot be combined with credentials_from"),
        ({"credentials_from": "instance", "secret_key": "B"}, "credentials_from cannot be combined with secret_key"),
    ],
)
def test_two_sources_of_keys_are_refused(jdcloud: FrontDoor, options: dict[str, str], named: str) -> None:
    assert named in jdcloud.refused("option", **options)


def test_a_profile_that_is_not_there_is_answered_with_those_that_are(jdcloud: FrontDoor, home: Path) -> None:
    put(home / ".jdc/config", JDC + "[work]\naccess_key = A\nsecret_key = B\n")
    message = jdcloud.refused("option", profile="wrok")
    assert "profile is 'wrok'" in message
    assert f"{home}/.jdc/config has default, work" in message


def test_a_tencent_profile_that_is_not_there_is_answered_with_those_that_are(qcloud: FrontDoor, home: Path) -> None:
    put(home / ".tccli/work.credential", json.dumps(TCCLI))
    message = qcloud.refused("option", profile="home")
    assert f"{home}/.tencentcloud/credentials has none; {home}/.tccli has work" in message


@pytest.mark.parametrize("name", ["jdcloud", "qcloud"])
def test_an_option_that_a_template_left_empty_counts_as_not_set(
    request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    door = request.getfixturevalue(name)
    put(home / ".jdc/config", JDC)
    put(home / ".tencentcloud/credentials", SDK)
    key, secret, token = KEY_OPTIONS[name]
    empty = {key: "", secret: "", token: "", "profile": ""}
    assert len(door.fine(**empty)["images"]) == 10
    assert len(door.fine(**{**empty, "profile": "default"})["images"]) == 10
    monkeypatch.setenv({"jdcloud": "JDCLOUD_SECRET_KEY", "qcloud": "TENCENTCLOUD_SECRET_KEY"}[name], "WRONGEXAMPLE")
    assert f"{key} is missing" in door.refused("credentials", **empty)


def test_a_token_alone_is_not_dropped_for_the_keys_of_a_file(jdcloud: FrontDoor, qcloud: FrontDoor, home: Path) -> None:
    put(home / ".jdc/config", JDC)
    put(home / ".tencentcloud/credentials", SDK)
    said = jdcloud.refused("option", security_token=SECURITY_TOKEN)
    assert said == "security_token needs access_key and secret_key. Set all three, or leave it out."
    said = qcloud.refused("option", token=SECURITY_TOKEN)
    assert said == "token needs secret_id and secret_key. Set all three, or leave it out."


def test_a_current_profile_that_is_not_there_is_named(jdcloud: FrontDoor, home: Path) -> None:
    put(home / ".jdc/config", JDC)
    put(home / ".jdc/current", "wrok")
    message = jdcloud.refused("credentials")
    assert f"~/.jdc/current names the profile 'wrok', which {home}/.jdc/config does not have" in message
    assert "there are default" in message


def test_a_link_that_leads_nowhere_is_named(qcloud: FrontDoor, home: Path) -> None:
    (home / ".tccli").mkdir()
    (home / ".tccli/default.credential").symlink_to(home / "gone")
    assert f"{home}/.tccli/default.credential leads to no file" in qcloud.refused("credentials")


def test_keys_of_the_environment_behind_an_empty_option_are_masked(
    cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", SECRET_ID)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", SECRET_KEY_TENCENT)
    document = {"Response": {"Error": {"Code": "AuthFailure.X", "Message": f"no {SECRET_ID}"}, "RequestId": "r"}}
    cloud.faults = [Fault(broken.answer(200, json.dumps(document), {"Content-Type": "application/json"}), times=None)]
    door = FrontDoor("qcloud_image_info", cloud, region="gz", image_type="public", secret_id="", secret_key="")
    door.failed("credentials")
    assert SECRET_ID not in door.said


def test_a_folder_that_cannot_be_listed_is_named(
    qcloud: FrontDoor, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".tccli").mkdir()

    def refuse(path: str) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "listdir", refuse)
    assert f"{home}/.tccli cannot be read: Permission denied" in qcloud.refused("credentials")


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        (".jdc/config", "access_key = LEAKEXAMPLE\n", "is malformed (MissingSectionHeaderError)"),
        (".jdc/config", "[default]\nLEAKEXAMPLE\n", "is malformed (ParsingError)"),
        (".jdc/config", "[default]\naccess_key = LEAKEXAMPLE\n", "has no secret_key"),
        (".tencentcloud/credentials", "[default]\nsecret_key = LEAKEXAMPLE\n", "has no secret_id"),
        (".tccli/default.credential", "{LEAKEXAMPLE", "is malformed (JSONDecodeError)"),
        (".tccli/default.credential", '["LEAKEXAMPLE"]', "is malformed (it holds no object)"),
        (".tccli/default.credential", '{"secretId": 5, "secretKey": "LEAKEXAMPLE"}', "has no secretId"),
        (
            ".tccli/default.credential",
            '{"secretId": "LEAKEXAMPLE", "secretKey": "LEAKEXAMPLE", "token": 5}',
            "is malformed (token is no text)",
        ),
    ],
)
def test_an_unfit_file_is_named_and_not_quoted(
    jdcloud: FrontDoor, qcloud: FrontDoor, home: Path, file: str, text: str, problem: str
) -> None:
    put(home / file, text)
    door = jdcloud if file.startswith(".jdc") else qcloud
    message = door.refused("credentials")
    assert str(home / file) in message
    assert problem in message
    assert "LEAKEXAMPLE" not in door.said


def test_a_file_that_is_no_text_is_named(jdcloud: FrontDoor, home: Path) -> None:
    put(home / ".jdc/config", "")
    (home / ".jdc/config").write_bytes(b"\xff\xfe")
    assert "is malformed (UnicodeDecodeError)" in jdcloud.refused("credentials")


def test_a_file_that_cannot_be_read_is_named(jdcloud: FrontDoor, home: Path) -> None:
    (home / ".jdc/config").mkdir(parents=True)
    assert "cannot be read: Is a directory" in jdcloud.refused("credentials")


@pytest.mark.parametrize("file", [".jdc/config", ".tencentcloud/credentials", ".tccli/default.credential"])
def test_keys_that_everybody_can_read_give_a_warning(
    jdcloud: FrontDoor, qcloud: FrontDoor, home: Path, file: str
) -> None:
    text = {".jdc/config": JDC, ".tencentcloud/credentials": SDK}.get(file, json.dumps(TCCLI))
    door = jdcloud if file.startswith(".jdc") else qcloud
    put(home / file, text, mode=0o644)
    assert [str(home / file) in warning for warning in door()["warnings"]] == [True]
    os.chmod(home / file, 0o600)
    assert "warnings" not in door()


def test_the_keys_of_a_jd_cloud_instances_role_are_used(
    jdcloud: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNCLOUD_METADATA_ENDPOINT", cloud.url)
    assert len(jdcloud(credentials_from="instance")["images"]) == 10
    assert signed_by(cloud) == TEMPORARY_ACCESS_KEY


@pytest.mark.parametrize("api_version", ["2.0", "3.0"])
def test_the_keys_of_a_tencent_instances_role_are_used(
    qcloud: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch, api_version: str
) -> None:
    monkeypatch.setenv("CNCLOUD_METADATA_ENDPOINT", cloud.url)
    assert len(qcloud(credentials_from="instance", api_version=api_version)["images"]) == 10


def test_the_metadata_service_is_not_asked_by_a_proxy(
    jdcloud: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNCLOUD_METADATA_ENDPOINT", cloud.url)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    failed = jdcloud(credentials_from="instance", retries=0)
    # The keys came; it is the API that the proxy keeps from being reached.
    assert failed["error"]["kind"] == "network"


@pytest.mark.parametrize(
    "endpoint", ["http://192.0.2.1", "http://127.0.0.1.example:80", "https://127.0.0.1:1", "http://127.0.0.1:1/x"]
)
def test_keys_come_from_nowhere_but_the_instance(
    jdcloud: FrontDoor, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("CNCLOUD_METADATA_ENDPOINT", endpoint)
    message = jdcloud.refused("credentials", credentials_from="instance")
    assert "CNCLOUD_METADATA_ENDPOINT is no address on loopback" in message


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (None, "HTTP 404"),
        ("<html>", "its answer is no JSON object"),
        ('{"Code": "NoRole"}', "it answers 'NoRole' and no keys"),
        (json.dumps({"accessKey": "A", "secretKey": TEMPORARY_SECRET_KEY, "sessionToken": 5}), "no keys"),
    ],
)
def test_an_instance_without_a_role_is_said_so(
    jdcloud: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch, page: str | None, problem: str
) -> None:
    monkeypatch.setenv("CNCLOUD_METADATA_ENDPOINT", cloud.url)
    path = "/metadata/latest/iam/instance-role-security-credentials"
    cloud.metadata.pop(path)
    if page is not None:
        cloud.metadata[path] = page
    message = jdcloud.refused("credentials", credentials_from="instance")
    assert problem in message
    assert TEMPORARY_SECRET_KEY not in jdcloud.said


def test_a_role_that_is_no_name_is_not_asked_for(
    qcloud: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNCLOUD_METADATA_ENDPOINT", cloud.url)
    cloud.metadata["/latest/meta-data/cam/security-credentials/"] = "../../x"
    assert "it names no role" in qcloud.refused("credentials", credentials_from="instance")


def test_no_metadata_service_is_said_so(jdcloud: FrontDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNCLOUD_METADATA_ENDPOINT", "http://127.0.0.1:9")
    message = jdcloud.refused("credentials", credentials_from="instance")
    assert "gives no keys: the connection was refused" in message


@contextlib.contextmanager
def service(head: bytes, piece: bytes, pause: float) -> Iterator[str]:
    """The URL of a service that answers anything with ``head``, then for 5 s with ``piece`` after ``piece``."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                self.request.recv(65536)
                self.request.sendall(head)
                end = time.monotonic() + 5
                while pause and time.monotonic() < end and not over.wait(pause):
                    self.request.sendall(piece)

    over = threading.Event()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            over.set()
            server.shutdown()


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("head", "piece", "pause", "problem"),
    [
        (b"", b"", 5.0, "no complete answer within"),
        (OK + b"X-A: ", b"a", 0.05, "no complete answer within"),
        (OK + b"Content-Length: 10000\r\n\r\n{", b" ", 0.05, "no complete answer within"),
        (OK + b"\r\n{", b" " * 65536, 0.001, "larger than 1 MiB"),
        (OK + b"Content-Length: 100\r\n\r\n{}", b"", 0, "the connection was lost"),
        (b"no HTTP\r\n\r\n", b"", 0, "what came is no answer in HTTP"),
        (b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n", b"", 0, "HTTP 500"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n", b"", 0, "HTTP 302"),
    ],
    ids=["hangs", "drips its head", "drips its body", "never ends", "cut", "no HTTP", "fails", "redirects"],
)
@pytest.mark.parametrize("name", ["jdcloud", "qcloud"])
def test_a_broken_metadata_service_ends_the_task_in_time(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    head: bytes,
    piece: bytes,
    pause: float,
    problem: str,
) -> None:
    door = request.getfixturevalue(name)
    with service(head, piece, pause) as url, at_most(0.5 + 2):
        monkeypatch.setenv("CNCLOUD_METADATA_ENDPOINT", url)
        message = door.refused("credentials", credentials_from="instance", total_timeout=0.5)
    assert f"the instance's metadata service gives no keys: {problem}" in message.replace("the answer is ", "")
    assert "Run on an instance of the cloud to which a role is bound" in message
