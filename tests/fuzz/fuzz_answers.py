# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feeds answers that grow with the code they reach to each API's parser, by ``make fuzz``.

An input is a byte for the API, one for the HTTP status, one for the headers, one for what is picked, and the body. No
socket takes part: what reads an answer gets it from memory. Options are those of libFuzzer; without any it runs for a
minute.
"""

from __future__ import annotations

import importlib
import json
import sys
import zlib
from pathlib import Path
from typing import Any

import atheris

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "build" / "fuzz"
sys.path[:0] = [str(ROOT / "tests")]

importlib.import_module("conftest")  # makes the checkout a collection

with atheris.instrument_imports(include=["ansible_collections.cncloud.images"]):
    from ansible_collections.cncloud.images.plugins.module_utils import _transport
    from ansible_collections.cncloud.images.plugins.module_utils._errors import KINDS, ImagesError
    from ansible_collections.cncloud.images.plugins.module_utils._paging import Window
    from ansible_collections.cncloud.images.plugins.module_utils._query import argument_spec
    from ansible_collections.cncloud.images.plugins.module_utils._selection import Candidate, criteria, select
    from ansible_collections.cncloud.images.plugins.module_utils._signing import Credentials
    from ansible_collections.cncloud.images.plugins.modules import jdcloud_image_info, qcloud_image_info

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator  # noqa: E402
from requests.structures import CaseInsensitiveDict  # noqa: E402

JD, QCLOUD = jdcloud_image_info.MODULE, qcloud_image_info.MODULE
SECRET = "FUZZ-SECRET/0123456789+abcdef="

TASKS: list[tuple[Any, dict[str, Any]]] = [
    (JD, {"region_id": "cn-north-1", "image_source": "public"}),
    (JD, {"region_id": "cn-north-1", "image_id": "img-a"}),
    (QCLOUD, {"region": "gz", "api_version": "2.0", "image_type": "public"}),
    (QCLOUD, {"region": "ap-guangzhou", "image_type": "public"}),
]
STATUSES = [200, 200, 200, 200, 400, 401, 403, 404, 429, 500, 302, 418]
HEADERS: list[dict[str, str]] = [
    {"content-type": "application/json"},
    {"content-type": "text/html; charset=gbk", "date": "Sat, 21 Nov 2026 01:02:03 GMT"},
    {"content-encoding": "gzip"},
    {"retry-after": "7", "date": "yesterday"},
    {"retry-after": "Thu, 01 Jan 2037 00:00:00 GMT"},
]
CRITERIA = [
    criteria(None, None, None),
    criteria("a", {"imageId": ["img-a", 7]}, None),
    criteria(".", None, "newest"),
    criteria(None, None, "highest_name"),
    criteria(None, {"tags.key": None}, "only"),
]

SEEDS: list[tuple[int, Any]] = [
    (
        0,
        {
            "requestId": "r",
            "result": {
                "totalCount": 1,
                "images": [
                    {
                        "imageId": "img-a",
                        "name": "CentOS 7.9",
                        "platform": "CentOS",
                        "osVersion": "7.9",
                        "osType": "linux",
                        "imageSource": "public",
                        "status": "ready",
                        "createTime": "2020-01-02 03:04:05",
                        "systemDiskSizeGB": 40,
                        "tags": [{"key": "a", "value": "b"}],
                    }
                ],
            },
        },
    ),
    (0, {"requestId": "r", "error": {"code": 401, "status": "UNAUTHENTICATED", "message": "nonce has been used"}}),
    (1, {"requestId": "r", "result": {"image": {"imageId": "img-a", "createTime": "2020-01-02T03:04:05Z"}}}),
    (1, {"requestId": "r", "error": {"code": 404, "status": "NOT_FOUND", "message": "not found"}}),
    (
        2,
        {
            "code": 0,
            "message": "",
            "codeDesc": "Success",
            "totalCount": "1",
            "imageSet": [
                {
                    "unImgId": "img-a",
                    "imageName": "n",
                    "imageType": 2,
                    "osName": "CentOS",
                    "createTime": "2020-01-02 03:04:05",
                    "status": "2",
                }
            ],
        },
    ),
    (2, {"code": "4500", "message": "replay"}),
    (
        3,
        {
            "Response": {
                "TotalCount": 1,
                "RequestId": "r",
                "ImageSet": [
                    {
                        "ImageId": "img-a",
                        "ImageName": "n",
                        "ImageType": "PUBLIC_IMAGE",
                        "ImageState": "NORMAL",
                        "OsName": "CentOS",
                        "Platform": "CentOS",
                        "Architecture": "arm",
                        "CreatedTime": "2020-01-02T03:04:05Z",
                        "ImageSize": 20,
                        "Tags": [],
                    }
                ],
            }
        },
    ),
    (3, {"Response": {"RequestId": "r", "Error": {"Code": "AuthFailure.SignatureExpire", "Message": "late"}}}),
]


class Memory:
    """Stands in for a session and the answer that it brings."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status_code = status
        self.headers: Any = CaseInsensitiveDict(headers)
        self.raw = self
        self._body = body

    def prepare_request(self, request: Any) -> Any:
        return request

    def send(self, request: Any, **options: Any) -> Memory:
        return self

    def read(self, size: int, decode_content: bool) -> bytes:
        block, self._body = self._body[:size], self._body[size:]
        return block

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, *exception: object) -> None:
        pass


class NoGuard:
    """There is nothing to wait for."""

    expired = False

    def __init__(self, seconds: float) -> None:
        pass

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exception: object) -> None:
        pass


def task(number: int) -> Any:
    module, given = TASKS[number]
    keys = {"access_key": "a", "secret_key": SECRET} if module is JD else {"secret_id": "a", "secret_key": SECRET}
    validated = ArgumentSpecValidator(argument_spec(module)).validate({**given, **keys})
    cloud = module.make_cloud(validated.validated_parameters)
    cloud.credentials = Credentials("a", SECRET, None)
    return cloud


def one_input(wire: bytes) -> None:
    if len(wire) < 4:
        return
    headers = HEADERS[wire[2] % len(HEADERS)]
    answer = Memory(STATUSES[wire[1] % len(STATUSES)], headers, wire[4:])
    cloud = CLOUDS[wire[0] % len(CLOUDS)]
    wanted = CRITERIA[wire[3] % len(CRITERIA)]
    transport = _transport.Transport(cloud, _transport.Limits(60, 60, 0), True, (SECRET,))
    transport._session = lambda: answer  # type: ignore[assignment,method-assign,return-value]
    try:
        page = cloud.listings(transport)[0](Window(0, 100))
        rows = [Candidate(image, cloud.row(image)) for image in page.images]
        chosen = select(rows, wanted, cloud.asked)
        said = json.dumps([chosen, page.total, page.request_id], allow_nan=False, ensure_ascii=False)
    except ImagesError as error:
        if error.kind not in KINDS:
            raise RuntimeError(f"unknown kind {error.kind}") from error
        said = json.dumps([error.sentence(), error.document()], allow_nan=False, ensure_ascii=False)
        if SECRET in said:
            raise RuntimeError("a secret is shown") from error
    said.encode("utf-8")


def write_seeds(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, (api, document) in enumerate(SEEDS):
        body = json.dumps(document, ensure_ascii=False).encode()
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        for place, content in enumerate((body, packer.compress(body) + packer.flush())):
            head = bytes([api, 0, 2 * place, number % len(CRITERIA)])
            (folder / f"seed-{number}-{place}").write_bytes(head + content)


def write_dictionary(file: Path) -> None:
    names = {name for dummy, document in SEEDS for name in words(document)}
    tokens = [
        "null",
        "true",
        "1e999",
        "NaN",
        '\\"',
        "\\ud800",
        "[[",
        "{}",
        ",",
        ":",
        *(f'"{name}"' for name in sorted(names)),
    ]
    file.write_text("".join(f'"{escaped(token)}"\n' for token in tokens), encoding="utf-8")


def escaped(token: str) -> str:
    return token.replace("\\", "\\\\").replace('"', '\\"')


def words(document: Any) -> list[str]:
    if isinstance(document, dict):
        return [*document, *(word for value in document.values() for word in words(value))]
    if isinstance(document, list):
        return [word for value in document for word in words(value)]
    return [document] if isinstance(document, str) and document.isidentifier() else []


def main() -> None:
    write_seeds(OUTPUT / "corpus")
    write_dictionary(OUTPUT / "dictionary")
    given = sys.argv[1:] or ["-max_total_time=60"]
    fixed = [f"-dict={OUTPUT / 'dictionary'}", f"-artifact_prefix={OUTPUT}/", "-timeout=10", "-rss_limit_mb=1024"]
    atheris.Setup(
        [sys.argv[0], *fixed, "-max_len=20000", "-print_final_stats=1", *given, str(OUTPUT / "corpus")], one_input
    )
    atheris.Fuzz()


_transport.Guard = NoGuard  # type: ignore[assignment,misc]
CLOUDS = [task(number) for number in range(len(TASKS))]

if __name__ == "__main__":
    main()
