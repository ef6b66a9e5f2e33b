"""What stands around a proposal: links of one visit's grid, checks, a director's word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kap.accounts.enums import Role
from kap.ui.types import Check
from screening import queries as screening
from sessions.forms.planning import ApproveForm
from sessions.queries.course_people import unlisted_devices
from sessions.queries.course_row import RowView

if TYPE_CHECKING:
    from sessions.views.planning_page import PlanPage


def kept(page: PlanPage) -> list[tuple[str, str]]:
    """What the wish form sends along, so that pins outlive other wishes."""
    given = page.request.GET
    return [
        (key, value)
        for key in ("pin", "second", "wider", "weeks")
        for value in given.getlist(key)
    ]


def row_links(page: PlanPage, row: RowView) -> dict[str, Any]:
    """Where each cell of the grid leads: a fitting one pins, another says why not."""
    back = {"row": row.key}
    day = page.request.GET.get("day")
    lines = [
        [
            cell
            and {
                "cell": cell,
                "url": page.pin_url(row.key, cell.code)
                if cell.state == "fits"
                else page.url(**back, day=day, ask=cell.code) + "#row",
            }
            for cell in line.cells
        ]
        for line in row.rows
    ]
    return {
        "lines": lines,
        "best": [(c.text, page.pin_url(row.key, c.code)) for c in row.best],
        "before": page.url(**back, day=row.before.isoformat()) + "#row",
        "after": page.url(**back, day=row.after.isoformat()) + "#row",
        "close": page.url(),
    }


def approval_form(page: PlanPage) -> ApproveForm | None:
    """For a medical director whose word is still missing."""
    is_director = page.request.user.has_role(Role.MEDICAL_DIRECTOR)
    if not page.awaits_approval or not is_director:
        return None
    return page.approval or ApproveForm()


def checks(page: PlanPage) -> list[Check]:
    """What holds for the whole course, whatever the times."""
    decision = screening.eligibility_state(page.episode.pk, now=page.now)
    consent = screening.consent_state(page.episode.pk, on=page.today)
    found = [
        Check("ok" if decision.is_current else "no", decision.sentence),
        Check("ok" if consent.is_current else "wait", consent.sentence),
    ]
    question = page.question
    if question is not None:
        devices = frozenset(d for step in question.steps for d in step.devices)
        missing = sorted(unlisted_devices(question.clinic, devices))
        if missing:
            words = " and ".join(missing)
            found.append(
                Check("wait", f"No room lists a {words} here, so it is not checked.")
            )
    return found
