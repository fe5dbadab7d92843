# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for the documentation site; tests/gates/docs builds it, without a network."""

from __future__ import annotations

import zlib
from pathlib import Path

project = "cncloud.images"
author = "cncloud.images contributors"
copyright = f"2026 {author}"
html_title = project
html_short_title = project

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
exclude_patterns = ["**/.*"]
default_role = "any"
nitpicky = True
smartquotes = False


def colours(brand: str, **words: str) -> dict[str, str]:
    """The theme's colours, and in them those of antsibull-docs, which knows no dark pages by itself."""
    parts = {
        "table-background-header": "var(--color-background-secondary)",
        "table-background-even": "var(--color-background-secondary)",
        "table-background-odd": "var(--color-background-primary)",
        "narrowtable-background": "var(--color-background-secondary)",
        "table-border": "var(--color-background-border)",
        "links-background": brand,
        "links-background-active": brand,
        "links-text": "var(--color-background-primary)",
        "option-type": words["type"],
        "option-elements": words["type"],
        "option-required": words["bad"],
        "option-version-added": words["good"],
        "option-aliases": words["good"],
        "option-default": words["default"],
        "option-sample": words["default"],
        "option-sample-header": "var(--color-foreground-primary)",
        "attribute-support-none": words["bad"],
        "attribute-support-full": words["good"],
    }
    ours = {"color-brand-primary": brand, "color-brand-content": brand, "color-brand-visited": brand}
    return {**ours, **{f"antsibull-{name}": colour for name, colour in parts.items()}}


html_theme = "furo"
html_static_path = ["static"]
html_favicon = "static/icon.svg"
html_logo = "static/icon.svg"
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_use_index = False
html_theme_options = {
    "navigation_with_keys": True,
    "light_css_variables": colours("#0b5c8a", type="#6b2a8c", good="#1d6b2f", bad="#b3261e", default="#1f4fc4"),
    "dark_css_variables": colours("#6cc0ee", type="#d6a8f0", good="#8fd39c", bad="#ff9a91", default="#9db8ff"),
}
highlight_language = "yaml+jinja"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

ANSIBLE = "https://docs.ansible.com/projects/ansible/devel/"
LABELS = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "ansible_installation": "installation_guide/index.html#installing-ansible",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
    "module_defaults": "playbook_guide/playbooks_module_defaults.html#module-defaults",
    "playbooks_lookups": "playbook_guide/playbooks_lookups.html#playbooks-lookups",
}
"""What the site refers to in Ansible's own documentation: its inventory would have to be downloaded for each build."""

inventory = Path(__file__).resolve().parent / "ansible.inv"
lines = "".join(f"{label} std:label -1 {place} {label.replace('_', ' ')}\n" for label, place in LABELS.items())
head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: devel\n# The remainder is compressed using zlib.\n"
inventory.write_bytes(head.encode() + zlib.compress(lines.encode()))
intersphinx_mapping = {"ansible_devel": (ANSIBLE, str(inventory))}
