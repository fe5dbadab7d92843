# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This doc fragment is PRIVATE to the collection: it may change or vanish in any release.
"""Options of the selection among the images, equal for every cloud."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  name_regex:
    description:
      - Keep the images whose name matches this Python regular expression, anywhere in the name.
    type: str
  where:
    description:
      - Keep the images whose fields have these values. Field names are the cloud's own, as the module returns them.
      - A dot reaches into a structure, V(systemDisk.cloudDisk.diskType) for example; a nested dictionary does the
        same.
      - A list means that any of its values is right. In a list of structures, any of them may match.
      - V(null) means that the field is null or absent.
      - Numbers and booleans are compared by value, however they were typed.
      - A field that no image has is an error, which lists the fields there are.
    type: dict
  pick:
    description:
      - Choose one image among those that are left, and fail with an explanation if that is not possible.
      - V(only) wants exactly one to be left.
      - V(newest) takes the greatest creation time. Times without a zone are compared as UTC, unknown times lose,
        equal times are settled by the greater ID. Fails if no image has a time, as with public images of Tencent Cloud.
      - V(highest_name) takes the greatest name, numbers in it compared by value (C(22.04) above C(9.10)); equal
        names are settled by time, then by ID.
      - The state of an image decides nothing; a warning tells if the one picked cannot boot yet, or never will. Ask
        for images that can boot with O(status), or with O(where).
      - Excludes the options for a single page.
    type: str
    choices:
      - only
      - newest
      - highest_name
  allow_untrusted_source:
    description:
      - Allow O(pick) among images that other accounts can publish (shared, community, or any source).
      - Anyone can give an image any name, and then yours is not what you boot (CVE-2018-15869). Pin the owner with
        O(where) instead, or name the IDs.
    type: bool
    default: false
"""
