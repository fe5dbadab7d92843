# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""Finds the keys where people already have them: options, environment, the files of the vendors' tools, the instance.

Options and environment are one by the time they arrive here: the argument spec's fallbacks read the environment.

Sources: the configuration of JD Cloud's command line (``~/.jdc/config``, ``~/.jdc/current``); the credential providers
of Tencent Cloud's SDKs (``~/.tencentcloud/credentials``, the metadata service of an instance) and of its command line
(``~/.tccli/PROFILE.credential``). The metadata path of JD Cloud is known from third parties only.
"""

from __future__ import annotations

import os
import re
import stat
import time
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ansible_collections.cncloud.images.plugins.module_utils._errors import ImagesError, option_error
from ansible_collections.cncloud.images.plugins.module_utils._signing import Credentials
from ansible_collections.cncloud.images.plugins.module_utils._transport import decoded, fetch

Keys = Dict[str, str]
Warn = Callable[[str], None]

METADATA_TIMEOUT = 2.0
"""Seconds for all that is asked of the metadata service: it is on the same host; elsewhere nothing answers at all."""

METADATA_LIMIT = 1024**2
"""Bytes of an answer, and characters of a file."""


class Metadata:
    """The service of an instance, never asked by a proxy: it means this very host, and what it says is secret."""

    def __init__(self, endpoint: str, deadline: float) -> None:
        self._endpoint = endpoint
        self._deadline = deadline

    def document(self, path: str) -> Mapping[str, Any]:
        try:
            held = decoded(self.text(path))
        except (ValueError, RecursionError):
            held = None
        if not isinstance(held, dict):
            raise _no_role("its answer is no JSON object")
        return held

    def text(self, path: str) -> str:
        left = max(0.1, round(self._deadline - time.monotonic(), 1))
        try:
            status, body = fetch(self._endpoint + path, left, METADATA_LIMIT)
        except ImagesError as error:
            raise _no_role(error.message) from None
        if status != 200:
            raise _no_role(f"HTTP {status}")
        return body.decode("utf-8", "replace")


class Keyring(NamedTuple):
    """Where one cloud's keys can be.

    ``variables`` maps the options for the key's ID, the secret and the token, in this order, to environment variables.
    """

    variables: Mapping[str, Sequence[str]]
    files: str
    read_files: Callable[[Optional[str], Warn], Optional[Keys]]
    read_instance: Callable[[Metadata], Keys]
    instance_host: str


def credentials(options: Mapping[str, Any], keyring: Keyring, deadline: float, warn: Warn) -> Credentials:
    """The keys for ``options``, checked, never shown; raises ImagesError of kind ``credentials`` or ``option``."""
    key_id, secret, token = keyring.variables
    chosen = [name for name in ("profile", "credentials_from") if options[name]]
    rivals = [*chosen[1:], *(name for name in keyring.variables if _is_option(options, keyring, name))]
    if chosen and rivals:
        raise option_error(chosen[0], f"cannot be combined with {rivals[0]}", "Leave one of them out.")
    place = ""
    keys: Optional[Keys] = {name: options[name] for name in keyring.variables if options[name] is not None}
    if options["credentials_from"]:
        metadata = Metadata(_metadata_endpoint(keyring), min(deadline, time.monotonic() + METADATA_TIMEOUT))
        keys, place = keyring.read_instance(metadata), "the instance's metadata service"
    elif options["profile"] or not {key_id, secret}.intersection(keys or {}):
        if _is_option(options, keyring, token):
            raise option_error(token, f"needs {key_id} and {secret}", "Set all three, or leave it out.")
        keys, place = keyring.read_files(options["profile"] or None, warn), keyring.files
    keys = keys or {}
    for name in keyring.variables:
        option = f"the option {name} or the environment variable {' or '.join(keyring.variables[name])}"
        if name not in keys:
            if name != token:
                raise _refused(name, "is missing", f"Set {option}, or a profile in {keyring.files}.")
        elif keys[name] != keys[name].strip():
            raise _refused(
                name, "has a space or line break at its beginning or end", f"Remove it from {place or option}."
            )
        elif not re.fullmatch(r"[!-~]+", keys[name]):
            raise _refused(name, "has characters that no key has", f"Copy it anew into {place or option}.")
    return Credentials(keys[key_id], keys[secret], keys.get(token))


def _refused(name: str, problem: str, remedy: str) -> ImagesError:
    return ImagesError("credentials", f"{name} {problem}", remedy)


def _is_option(options: Mapping[str, Any], keyring: Keyring, name: str) -> bool:
    """Whether the option itself is set: a task that names a profile means it, whatever the environment holds."""
    variables = keyring.variables[name]
    return bool(options[name]) and all(os.environ.get(variable) != options[name] for variable in variables)


# --- files


def jdcloud_files(profile: Optional[str], warn: Warn) -> Optional[Keys]:
    """The keys of ``profile``, or of the one that ``~/.jdc/current`` names."""
    path = os.path.expanduser("~/.jdc/config")
    sections = _ini(path, warn)
    if profile is None:
        current = _read(os.path.expanduser("~/.jdc/current"))
        chosen = (current or "").strip() or "default"
        if chosen not in sections and chosen != "default" and sections:
            raise ImagesError(
                "credentials",
                f"~/.jdc/current names the profile {chosen!r}, which {path} does not have",
                f"Correct it, or name another by the option profile: there are {', '.join(sections)}.",
            )
        if chosen not in sections:
            return None
    else:
        chosen = profile
    if chosen not in sections:
        raise _no_profile(chosen, [(path, list(sections))])
    return _keys(path, chosen, sections[chosen], {"access_key": "access_key", "secret_key": "secret_key"}, {})


def tencent_files(profile: Optional[str], warn: Warn) -> Optional[Keys]:
    """The keys of ``profile``, or of ``default``, in the SDKs' file or else in the command line's."""
    chosen = profile or "default"
    path = os.path.expanduser("~/.tencentcloud/credentials")
    sections = _ini(path, warn)
    if chosen in sections:
        required = {"secret_id": "secret_id", "secret_key": "secret_key"}
        return _keys(path, chosen, sections[chosen], required, {"token": "token"})
    folder = os.path.expanduser("~/.tccli")
    profiles = []
    if os.path.isdir(folder):
        try:
            names = os.listdir(folder)
        except OSError as error:
            raise _unreadable(folder, error) from None
        profiles = sorted(name[: -len(".credential")] for name in names if name.endswith(".credential"))
    if chosen in profiles:
        path = os.path.join(folder, f"{chosen}.credential")
        required = {"secret_id": "secretId", "secret_key": "secretKey"}
        return _keys(path, chosen, _json(path, warn), required, {"token": "token"})
    if profile is None:
        return None
    raise _no_profile(chosen, [(path, list(sections)), (folder, profiles)])


def _keys(
    path: str, profile: str, held: Mapping[str, Any], required: Mapping[str, str], more: Mapping[str, str]
) -> Keys:
    for name in required.values():
        if not isinstance(held.get(name), str) or not held[name]:
            raise ImagesError(
                "credentials", f"profile {profile} in {path} has no {name}", f"Add {name} to the profile."
            )
    for name in more.values():
        if held.get(name) and not isinstance(held[name], str):
            raise _malformed(path, f"{name} is no text")
    return {option: held[name] for option, name in {**required, **more}.items() if held.get(name)}


def _ini(path: str, warn: Warn) -> Dict[str, Dict[str, str]]:
    import configparser  # only who has no key elsewhere needs it

    text = _read(path)
    if text is None:
        return {}
    _warn_if_open(path, warn)
    parser = configparser.ConfigParser(interpolation=None, default_section="\0none")
    try:
        parser.read_string(text)
    except configparser.Error as error:
        # The error's own words quote the line, and with it a key.
        raise _malformed(path, type(error).__name__) from None
    return {name: dict(parser[name]) for name in parser.sections()}


def _json(path: str, warn: Warn) -> Mapping[str, Any]:
    text = _read(path)
    if text is None:
        raise ImagesError("credentials", f"{path} leads to no file", "Write it anew with the cloud's own tool.")
    _warn_if_open(path, warn)
    try:
        held = decoded(text)
    except (ValueError, RecursionError) as error:
        raise _malformed(path, type(error).__name__) from None
    if not isinstance(held, dict):
        raise _malformed(path, "it holds no object")
    return held


def _read(path: str) -> Optional[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(METADATA_LIMIT)
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise _malformed(path, type(error).__name__) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _warn_if_open(path: str, warn: Warn) -> None:
    if os.stat(path).st_mode & stat.S_IROTH:
        warn(f"{path} holds secret keys and everybody on this machine can read it: chmod 600 {path}")


def _unreadable(path: str, error: OSError) -> ImagesError:
    return ImagesError("credentials", f"{path} cannot be read: {error.strerror}", "Correct its owner and mode.")


def _malformed(path: str, reason: str) -> ImagesError:
    return ImagesError("credentials", f"{path} is malformed ({reason})", "Write it anew with the cloud's own tool.")


def _no_profile(profile: str, places: List[Tuple[str, List[str]]]) -> ImagesError:
    there = "; ".join(f"{path} has {', '.join(names) or 'none'}" for path, names in places)
    return option_error("profile", f"is {profile!r}, which no file has", f"Name one that exists: {there}.")


# --- instance


def jdcloud_instance(metadata: Metadata) -> Keys:
    held = metadata.document("/metadata/latest/iam/instance-role-security-credentials")
    return _role_keys(held, {"access_key": "accessKey", "secret_key": "secretKey", "security_token": "sessionToken"})


def tencent_instance(metadata: Metadata) -> Keys:
    path = "/latest/meta-data/cam/security-credentials/"
    role = metadata.text(path).strip()
    if not re.fullmatch(r"[A-Za-z0-9_.@-]+", role):
        raise _no_role("it names no role")
    held = metadata.document(path + role)
    return _role_keys(held, {"secret_id": "TmpSecretId", "secret_key": "TmpSecretKey", "token": "Token"})


def _role_keys(held: Mapping[str, Any], names: Mapping[str, str]) -> Keys:
    keys = {option: held.get(name) for option, name in names.items()}
    if not all(isinstance(value, str) and value for value in keys.values()):
        raise _no_role(f"it answers {str(held.get('Code'))[:40]!r} and no keys")
    return {option: str(value) for option, value in keys.items()}


def _metadata_endpoint(keyring: Keyring) -> str:
    """The link-local address, or one on loopback for a test: nowhere else may keys come from."""
    endpoint = os.environ.get("CNCLOUD_METADATA_ENDPOINT") or f"http://{keyring.instance_host}"
    if endpoint != f"http://{keyring.instance_host}" and not re.fullmatch(r"http://127\.0\.0\.1:[0-9]{1,5}", endpoint):
        raise ImagesError(
            "credentials",
            "CNCLOUD_METADATA_ENDPOINT is no address on loopback",
            "Unset it: the metadata service has an address of its own.",
        )
    return endpoint


def _no_role(reason: str) -> ImagesError:
    return ImagesError(
        "credentials",
        f"the instance's metadata service gives no keys: {reason}",
        "Run on an instance of the cloud to which a role is bound, or give keys by options, environment or profile.",
    )


JDCLOUD = Keyring(
    variables={
        "access_key": ["JDCLOUD_ACCESS_KEY"],
        "secret_key": ["JDCLOUD_SECRET_KEY"],
        "security_token": ["JDCLOUD_SECURITY_TOKEN"],
    },
    files="~/.jdc/config",
    read_files=jdcloud_files,
    read_instance=jdcloud_instance,
    instance_host="169.254.169.254",
)

TENCENT = Keyring(
    variables={
        "secret_id": ["TENCENTCLOUD_SECRET_ID"],
        "secret_key": ["TENCENTCLOUD_SECRET_KEY"],
        "token": ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"],
    },
    files="~/.tencentcloud/credentials or ~/.tccli",
    read_files=tencent_files,
    read_instance=tencent_instance,
    # metadata.tencentyun.com stands for it inside the cloud; outside, the name could be anybody's.
    instance_host="169.254.0.23",
)
