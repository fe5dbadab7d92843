# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The few resources of AWX's REST API that the kit is loaded into, as strict about them as AWX's own checks are."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jinja2

FIELDS = {
    "credential_types": {"name", "description", "kind", "inputs", "injectors"},
    "job_templates": {"name", "description", "job_type", "playbook", "survey_enabled", "project", "inventory"},
}
INPUT = {"id", "type", "label", "secret", "help_text", "multiline", "choices", "default"}
QUESTION = {"variable", "question_name", "question_description", "type", "required", "default", "choices", "min", "max"}
QUESTION_TYPES = ("text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect")


class FakeAWX:
    """``tables`` holds what was loaded, by kind and number; ``surveys`` by the number of the job template."""

    user, password = "admin", "a-made-up-password"

    def __init__(self) -> None:
        self.tables: dict[str, dict[int, dict[str, Any]]] = {
            "credential_types": {},
            "job_templates": {},
            "projects": {7: {"id": 7, "name": "pick-images"}},
            "inventories": {8: {"id": 8, "name": "localhost"}},
        }
        self.surveys: dict[int, dict[str, Any]] = {}
        self.numbers = count(100)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"awx": self}))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FakeAWX:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        address = urlsplit(target)
        api, version, kind, *rest = address.path.strip("/").split("/")
        if (api, version) != ("api", "v2") or not address.path.endswith("/") or kind not in self.tables:
            return 404, {"detail": "Not found."}
        table = self.tables[kind]
        if method == "GET" and not rest:
            wanted = parse_qs(address.query)["name"]
            results = [row for row in table.values() if row["name"] in wanted]
            return 200, {"count": len(results), "results": results}
        if method == "POST" and not rest:
            if any(row["name"] == body["name"] for row in table.values()):
                return 400, {"name": ["already exists"]}
            return self.keep(kind, next(self.numbers), body, 201)
        if method == "PATCH" and len(rest) == 1:
            return self.keep(kind, int(rest[0]), {**table[int(rest[0])], **body}, 200)
        if method == "POST" and rest[1:] == ["survey_spec"]:
            fault = survey_fault(body)
            if fault:
                return 400, {"error": fault}
            self.surveys[int(rest[0])] = body
            return 200, {}
        return 405, {"detail": f'Method "{method}" not allowed.'}

    def keep(self, kind: str, number: int, row: dict[str, Any], status: int) -> tuple[int, Any]:
        unknown = set(row) - FIELDS[kind] - {"id"}
        fault = f"unknown: {unknown}" if unknown else credential_type_fault(row) if kind == "credential_types" else None
        if kind == "job_templates" and not (
            row["project"] in self.tables["projects"] and row["inventory"] in (8, None)
        ):
            fault = "no such project or inventory"
        if fault:
            return 400, {"detail": fault}
        self.tables[kind][number] = {**row, "id": number}
        return status, self.tables[kind][number]


def credential_type_fault(row: dict[str, Any]) -> str | None:
    """AWX renders each injector with an example of every input, and allows no other name."""
    if row["kind"] not in ("cloud", "net"):
        return "kind"
    names = [field["id"] for field in row["inputs"]["fields"]]
    if any(set(field) - INPUT or field["type"] not in ("string", "boolean") for field in row["inputs"]["fields"]):
        return "inputs"
    if set(row["inputs"]) - {"fields", "required"} or set(row["inputs"]["required"]) - set(names):
        return "required"
    if set(row["injectors"]) - {"env", "extra_vars", "file"}:
        return "injectors"
    for template in row["injectors"]["env"].values():
        try:
            jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(template).render(dict.fromkeys(names, "x"))
        except jinja2.TemplateError as error:
            return str(error)
    return None


def survey_fault(body: dict[str, Any]) -> str | None:
    if set(body) != {"name", "description", "spec"}:
        return "name, description and spec are required"
    variables = [question["variable"] for question in body["spec"]]
    if len(set(variables)) < len(variables):
        return "a variable twice"
    for question in body["spec"]:
        if set(question) - QUESTION or question["type"] not in QUESTION_TYPES:
            return f"question {question['variable']}"
        if question["type"] == "multiplechoice" and question["default"] not in ["", *question["choices"]]:
            return f"default of {question['variable']}"
        if question["type"] in ("text", "textarea") and not isinstance(question["default"], str):
            return f"default of {question['variable']}"
    return None


class Handler(BaseHTTPRequestHandler):
    awx: FakeAWX
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        text = self.rfile.read(length)
        expected = base64.b64encode(f"{self.awx.user}:{self.awx.password}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {expected}":
            status, document = 401, {"detail": "Authentication credentials were not provided."}
        elif text and self.headers.get("Content-Type") != "application/json":
            status, document = 415, {"detail": "Unsupported media type"}
        else:
            status, document = self.awx.answer(self.command, self.path, json.loads(text) if text else None)
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass
