"""What documents add to the shell."""

from __future__ import annotations

from kap.accounts.enums import SCHEDULING
from kap.documents import queries
from kap.ui import navigation

navigation.register(
    navigation.NavItem(
        key="documents",
        label="Documents",
        icon="files",
        url_name="documents:list",
        roles=SCHEDULING,
        order=60,
        count=queries.failed_count,
        shortcut="d",
        namespaces=frozenset({"documents"}),
    )
)
