# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This doc fragment is PRIVATE to the collection: it may change or vanish in any release.
"""Options of the connection, equal for every cloud."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
requirements:
  - python >= 3.8
  - requests >= 2.25.1
options:
  credentials_from:
    description:
      - With V(instance) the keys are those of the role of the instance that the module runs on, read from the cloud's
        metadata service at its link-local address.
      - Excludes the options for keys and O(profile); wins over the environment.
    type: str
    choices:
      - instance
  endpoint:
    description:
      - Where the API is, as C(scheme://host) or C(scheme://host:port) with V(http) or V(https).
      - For a regional, international or VPC-internal host, a gateway, or a test.
      - Default is the documented host of the API over V(https).
    type: str
  validate_certs:
    description:
      - Whether the endpoint's TLS certificate must be valid.
      - With V(false) anyone on the way can answer in the cloud's place. For a private authority use O(ca_path)
        instead.
    type: bool
    default: true
  ca_path:
    description:
      - File of certificates in PEM form, or directory of them, that may sign the endpoint's certificate.
      - Wins over E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE), which are used if this option is not set.
    type: path
  timeout:
    description:
      - Seconds for one attempt, from connecting to the answer's last byte.
    type: float
    default: 10
  total_timeout:
    description:
      - Seconds for the whole task, with all pages, attempts and pauses.
    type: float
    default: 120
  retries:
    description:
      - Further attempts for each request after a network error, a time-out, an unreadable answer, HTTP 500, 502,
        503 or 504, a throttled answer, an internal error of the cloud, or a nonce that it has seen before.
      - Each attempt is signed anew. The pauses between grow up to 30 seconds, or to what C(Retry-After) asks for.
      - With six or more, the last attempt after a throttled answer comes when a quota that is counted per minute has
        begun anew, if O(total_timeout) allows for it.
    type: int
    default: 6
notes:
  - Proxies are taken from the environment (E(HTTPS_PROXY), E(HTTP_PROXY), E(NO_PROXY) and their lower-case forms).
  - A C(~/.netrc) file is not used. Redirects are not followed.
  - Options that are not set are not sent; V(false) and V(0) are sent.
"""
