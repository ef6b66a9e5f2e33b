"""The intake packets that ship: one for each indication, one for any (clinical.md 5.16)."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Final

from kap.clinic.defaults import register
from kap.patients.enums import Indication
from screening.models import PacketTemplate
from screening.models.packet_templates import LOCKED_INSTRUMENTS, OWN_SECTIONS
from screening.packet_parts import known_instruments

EFFECTIVE_FROM: Final = date(2020, 1, 1)
ALSO: Final = ("audit-c", "dast-10")
"""Asked of everybody besides the locked baseline."""
OF_INDICATION: Final[dict[str, tuple[str, ...]]] = {
    "": ALSO,
    Indication.TRD: ALSO,
    Indication.MDD_SI: ALSO,
    Indication.PTSD: ("pcl-5", *ALSO),
    Indication.ANXIETY: ALSO,
    Indication.CHRONIC_PAIN: ("peg", *ALSO),
    Indication.OTHER: ALSO,
}
log = logging.getLogger(__name__)


def install(now: datetime) -> None:  # noqa: ARG001 -- every installer takes it
    """Add the first edition of each packet that is not there; later ones are the clinic's."""
    known = known_instruments()
    there = set(PacketTemplate.objects.values_list("code", flat=True).distinct())
    made = []
    for indication, extra in OF_INDICATION.items():
        code = f"intake-{indication.replace('_', '-')}" if indication else "intake"
        if code in there:
            continue
        missing = [key for key in extra if key not in known]
        if missing:
            log.info("packet_questionnaire_not_installed")
        label = Indication(indication).label if indication else "any indication"
        made.append(
            PacketTemplate(
                code=code,
                edition=1,
                name=f"Intake: {label}",
                indication=indication,
                sections=[str(section) for section in OWN_SECTIONS],
                instruments=[
                    *LOCKED_INSTRUMENTS,
                    *(key for key in extra if key in known),
                ],
                effective_from=EFFECTIVE_FROM,
            )
        )
    PacketTemplate.objects.bulk_create(made)


register(install)
