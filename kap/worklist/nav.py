"""What the work list adds to the shell: its place, its count, its own kinds."""

from __future__ import annotations

from kap.accounts.enums import SCHEDULING, Role
from kap.accounts.models import User
from kap.ui import navigation
from kap.worklist import queries
from kap.worklist.models import WorkItem
from kap.worklist.registry import WorkKind, register


def _count(user: User) -> int:
    return queries.mine_count(user)


def _chart(item: WorkItem) -> str:
    return queries.chart_url(item)


navigation.register(
    navigation.NavItem(
        key="work",
        label="Work list",
        icon="list-check",
        url_name="worklist:list",
        roles=SCHEDULING | {Role.COMPLIANCE, Role.ADMIN},
        order=25,
        count=_count,
        shortcut="w",
        namespaces=frozenset({"worklist"}),
    )
)

register(
    WorkKind(
        key="link-locked",
        label="Call the patient: link locked",
        tone="warn",
        roles=frozenset({Role.FRONT_DESK}),
        url=_chart,
        icon="lock",
        is_clinical=False,
        public_label="Call the patient: link locked",
        order=40,
    )
)
