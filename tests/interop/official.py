# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clouds' own clients, each in its own virtual environment, behind one interface: questions in, answers out."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parent.parent / "build" / "interop"
PAGE = 100

Image = dict[str, Any]
Question = dict[str, Any]


class Account(NamedTuple):
    key: str
    secret: str
    token: str | None = None


@dataclass(frozen=True)
class Answer:
    images: list[Image] = field(default_factory=list)
    total: int = 0
    code: str | None = None
    message: str = ""

    def ids(self) -> list[str]:
        return [image.get("imageId") or image.get("ImageId") or image["unImgId"] for image in self.images]


class OfficialClient:
    """A client of one cloud. Questions and images are in the API's own words."""

    environment = ""

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self.home = home
        self.bin = ENVIRONMENTS / self.environment / "bin"

    @classmethod
    def is_installed(cls) -> bool:
        installed = ENVIRONMENTS / cls.environment / "installed.txt"  # the last thing that the setup writes
        pins = HERE / f"requirements-{cls.environment}.txt"
        return installed.is_file() and installed.read_bytes() == pins.read_bytes()

    def ask(self, account: Account, *questions: Question) -> list[Answer]:
        raise NotImplementedError

    def window(self, number: int) -> Question:
        """What to add to a question for its page of that number."""
        raise NotImplementedError

    def everything(self, account: Account, question: Question) -> Answer:
        """All pages: every client leaves it to its user to ask for them one by one."""
        first = self.ask(account, {**question, **self.window(1)})[0]
        numbers = range(2, -(-first.total // PAGE) + 1)
        others = self.ask(account, *({**question, **self.window(number)} for number in numbers)) if numbers else []
        if any(page.code or page.total != first.total for page in others):
            raise RuntimeError(f"{self.environment}: the pages do not fit together: {others}")
        return Answer([image for page in (first, *others) for image in page.images], first.total, first.code)

    def run(self, *command: str | Path, stdin: str = "", **environment: str | None) -> subprocess.CompletedProcess[str]:
        given = {name: value for name, value in environment.items() if value is not None}
        return subprocess.run(
            [self.bin / command[0], *command[1:]],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            cwd=self.home,
            check=False,
            env={
                "HOME": str(self.home),
                "PATH": "/usr/bin:/bin",
                "LC_ALL": "C.UTF-8",
                "NO_PROXY": "127.0.0.1",
                # Their sources are older than some warnings of the compiler.
                "PYTHONWARNINGS": "ignore",
                **given,
            },
        )

    def run_script(self, script: str, account: Account, questions: Iterable[Question], **more: Any) -> list[Any]:
        """The answers of an SDK, called by a script that runs where the SDK is installed."""
        host = self.url.removeprefix("http://")
        task = {"host": host, "account": account, "questions": list(questions), **more}
        done = self.run("python", HERE / "clients" / script, stdin=json.dumps(task))
        if done.returncode:
            raise RuntimeError(f"{script} failed: {done.stderr}")
        answers = json.loads(done.stdout)
        assert isinstance(answers, list)
        return answers


def at_once(ask: Any, questions: Iterable[Question]) -> list[Answer]:
    """A command line takes one question each time, and most of that time to start."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(ask, questions))


class JDCloudClient(OfficialClient):
    def window(self, number: int) -> Question:
        return {"pageNumber": number, "pageSize": PAGE}

    @staticmethod
    def read(document: dict[str, Any]) -> Answer:
        error, result = document["error"], document["result"]
        if error:
            return Answer(code=error["status"], message=error["message"])
        if "image" in result:
            return Answer([result["image"]], 1)
        return Answer(result["images"], result["totalCount"])


class JDCloudSDK(JDCloudClient):
    environment = "jdcloud-sdk"
    service = "vm"

    def ask(self, account: Account, *questions: Question) -> list[Answer]:
        return [self.read(each) for each in self.run_script("ask_jdcloud.py", account, questions, service=self.service)]


class JDCloudSDKForCoc(JDCloudSDK):
    service = "coc-vm"


class Jdc(JDCloudClient):
    environment = "jdcloud-cli"

    def ask(self, account: Account, *questions: Question) -> list[Answer]:
        self.write_profile(account)

        def ask(question: Question) -> Answer:
            action = "describe-image" if "imageId" in question else "describe-images"
            token = ["--headers", json.dumps({"x-jdcloud-security-token": account.token})] if account.token else []
            done = self.run("jdc", "--output", "json", "vm", action, *flags(question), *token)
            # An error of the API has return code 0 as well: the document tells.
            if done.returncode or not done.stdout.startswith("{"):
                raise RuntimeError(f"jdc {question} failed: {done.stdout} {done.stderr}")
            return self.read(json.loads(done.stdout))

        return at_once(ask, questions)

    def write_profile(self, account: Account) -> None:
        folder = self.home / ".jdc"
        folder.mkdir(exist_ok=True)
        (folder / "current").write_text("default")  # with a line break after it, jdc does not find the profile
        profile = {
            "access_key": account.key,
            "secret_key": account.secret,
            "region_id": "cn-north-1",
            "endpoint": self.url.removeprefix("http://"),
            "scheme": "http",
            "timeout": "20",
        }
        lines = ["[default]", *(f"{name} = {value}" for name, value in profile.items())]
        (folder / "config").write_text("\n".join(lines))


def flags(question: Question) -> list[str]:
    """`{"imageSource": "public"}` as `--image-source public`."""
    words = []
    for name, value in question.items():
        if isinstance(value, bool):
            # To jdc, any text after --offline is true.
            words += ["--input-json", json.dumps({name: value})]
        else:
            dashed = re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", name)
            words += [f"--{dashed}", value if isinstance(value, str) else json.dumps(value)]
    return words


class TencentClient(OfficialClient):
    language = "en-US"

    def window(self, number: int) -> Question:
        return {"Offset": (number - 1) * PAGE, "Limit": PAGE}


class TencentCloudSDK(TencentClient):
    environment = "tencentcloud-sdk"
    method = "POST"
    typed = False

    def ask(self, account: Account, *questions: Question) -> list[Answer]:
        more = {"method": self.method, "typed": self.typed, "language": self.language}
        return [
            self.read(each["Response"]) for each in self.run_script("ask_tencentcloud.py", account, questions, **more)
        ]

    @staticmethod
    def read(response: dict[str, Any]) -> Answer:
        error = response.get("Error")
        if error:
            return Answer(code=error["Code"], message=error["Message"])
        return Answer(response["ImageSet"], response["TotalCount"])


class TencentCloudSDKByGet(TencentCloudSDK):
    method = "GET"


class TencentCloudSDKTyped(TencentCloudSDK):
    typed = True


class Tccli(TencentClient):
    environment = "tccli"

    def ask(self, account: Account, *questions: Question) -> list[Answer]:
        def ask(question: Question) -> Answer:
            words = []
            for name, value in question.items():
                words += [f"--{name}", value if isinstance(value, str) else json.dumps(value)]
            done = self.run(
                *("tccli", "cvm", "DescribeImages", "--endpoint", self.url, "--language", self.language, *words),
                TENCENTCLOUD_SECRET_ID=account.key,
                TENCENTCLOUD_SECRET_KEY=account.secret,
                TENCENTCLOUD_TOKEN=account.token,
                TENCENTCLOUD_REGION="ap-guangzhou",
            )
            return self.read(done)

        # At its first start it writes its configuration, which two must not do at the same time.
        return [ask(question) for question in questions[:1]] + at_once(ask, questions[1:])

    @staticmethod
    def read(done: subprocess.CompletedProcess[str]) -> Answer:
        if done.returncode == 0:
            document = json.loads(done.stdout)
            return Answer(document["ImageSet"], document["TotalCount"])
        said = re.search(r"code:(\S+) message:(.*) requestId:", done.stderr)
        if done.returncode != 255 or not said:
            raise RuntimeError(f"tccli failed: {done.stdout} {done.stderr}")
        return Answer(code=said[1], message=said[2])


class QCloudSDK(OfficialClient):
    """API 2.0."""

    environment = "qcloudapi-sdk"
    method = "GET"
    digest = "HmacSHA256"

    def window(self, number: int) -> Question:
        return {"offset": (number - 1) * PAGE, "limit": PAGE}

    def ask(self, account: Account, *questions: Question) -> list[Answer]:
        more = {"method": self.method, "digest": self.digest}
        return [self.read(each) for each in self.run_script("ask_qcloud.py", account, questions, **more)]

    @staticmethod
    def read(document: dict[str, Any]) -> Answer:
        if document["code"] != 0:
            return Answer(code=str(document["code"]), message=document["message"])
        return Answer(document["imageSet"], document["totalCount"])


class QCloudSDKByPost(QCloudSDK):
    method = "POST"


class QCloudSDKBySHA1(QCloudSDK):
    digest = "HmacSHA1"
