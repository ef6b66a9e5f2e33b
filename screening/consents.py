"""The kinds of consent (clinical.md part 8): who signs each, and which the treatment needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TREATMENT: Final = "kap_treatment"
"""The consent to the treatment itself, without which no dose is given."""
ESKETAMINE: Final = "esketamine_addendum"
HOME: Final = "home_ketamine"
TELEHEALTH: Final = "telehealth"
GROUP: Final = "group_session"
OVERRIDE: Final = "override_addendum"
ESCORT: Final = "escort_agreement"
PRIVACY: Final = "practice_privacy_ack"
ROI: Final = "roi"


@dataclass(frozen=True, slots=True)
class ConsentKind:
    """One kind of text.  ``separable``: declining it never blocks treatment (CR-06)."""

    key: str
    title: str
    separable: bool = False
    needs_clinician: bool = True
    needs_escort: bool = False
    asks_about: str = ""
    """A label when the text names somebody: who may receive what."""
    elements: tuple[str, ...] = ()
    """Elements of part 8 that an edition of this kind must hold."""


_ALL: Final = tuple(f"C-{number:02}" for number in range(1, 33) if number != 30)
"""C-30 is what a state asks for; only the clinic knows."""

KINDS: Final[dict[str, ConsentKind]] = {
    kind.key: kind
    for kind in (
        ConsentKind(TREATMENT, "Treatment", elements=_ALL),
        ConsentKind(ESKETAMINE, "Esketamine", elements=("C-24",)),
        ConsentKind(HOME, "Ketamine at home", elements=("C-21", "C-22")),
        ConsentKind(TELEHEALTH, "Video visits", elements=("C-23",)),
        ConsentKind(GROUP, "Group sessions", separable=True, elements=("C-19",)),
        ConsentKind("touch", "Touch", separable=True, elements=("C-17",)),
        ConsentKind("recording", "Recording", separable=True, elements=("C-18",)),
        ConsentKind("research_data", "Research", separable=True, elements=("C-27",)),
        ConsentKind(
            ROI,
            "Release of information",
            separable=True,
            needs_clinician=False,
            asks_about="Who may receive what, and what for",
        ),
        ConsentKind(
            "psychotherapy_notes_auth",
            "Release of therapy notes",
            separable=True,
            asks_about="Who may receive them, and what for",
        ),
        ConsentKind(
            "part2_consent",
            "Records of alcohol or drug treatment",
            separable=True,
            needs_clinician=False,
        ),
        ConsentKind(
            "contact_sms_email",
            "Text messages and e-mail",
            separable=True,
            needs_clinician=False,
        ),
        ConsentKind(
            ESCORT,
            "Escort",
            needs_clinician=False,
            needs_escort=True,
            elements=("C-13",),
        ),
        ConsentKind("financial", "Cost", needs_clinician=False, elements=("C-26",)),
        ConsentKind(PRIVACY, "Privacy notice", separable=True, needs_clinician=False),
        ConsentKind(
            "pregnancy_statement",
            "Pregnancy statement",
            needs_clinician=False,
            elements=("C-10",),
        ),
        ConsentKind("safety_plan_ack", "Safety plan", elements=("C-29",)),
        ConsentKind(OVERRIDE, "Override of a rule"),
    )
}


def kind_of(key: str) -> ConsentKind:
    """A kind by its key; a text of a kind we do not know is signed by patient and clinician."""
    return KINDS.get(key) or ConsentKind(key, key)
