# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The express lane of the module of this name."""

from __future__ import annotations

import gc

# The imports below make so many objects that the collector would look through all of Ansible's, here and again in the
# worker that is forked for each task: a third of a look-up's own time. This takes Ansible's out of its sight for good.
gc.freeze()

from ansible_collections.cncloud.images.plugins.modules.qcloud_image_info import MODULE
from ansible_collections.cncloud.images.plugins.plugin_utils._express import ExpressAction


class ActionModule(ExpressAction):
    module = MODULE
