"""Every protocol that ships with the product (clinical reference 1.2), the default first."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sessions.rules.protocol_templates import (
    ESK_MIN,
    EVERY_OTHER_DAY,
    FOLLOW_UP,
    FORTNIGHTLY,
    IM_MIN,
    INFUSED,
    INTEGRATION_MIN,
    IV_MIN,
    ONCE_OR_TWICE_A_WEEK,
    ONCE_OR_TWICE_LATER,
    ONE_TO_TWO_WEEKS,
    OVER_THE_WEEKEND,
    PAIN_DOSE,
    SL_MIN,
    TO_CLOSING,
    TWICE_A_WEEK,
    WEEKLY,
    WITHIN_A_DAY,
    Gap,
    course,
    doses,
    preparations,
    review,
    talk,
)
from sessions.rules.protocol_types import (
    DAY,
    GROUP,
    HOUR,
    VIDEO,
    ProtocolBody,
    StepBody,
)

IM, IV, SL, IN_ESK = "im", "iv", "sl", "in_esk"

STANDARD_6: Final = ProtocolBody(
    code="standard_6",
    name="Ketamine IM, 6 doses in 2 to 4 weeks",
    route=IM,
    summary="Twice a week, later once or twice; a talk within 72 hours of each dose.",
    steps=course(
        (*[TWICE_A_WEEK] * 3, *[ONCE_OR_TWICE_LATER] * 2),
        minutes=IM_MIN,
        talks_after=range(1, 7),
    ),
    min_integrations=6,
    follow_up=FOLLOW_UP,
    maintenance="taper_standard",
    source="1.2 standard_6 (seed), 1.3, 1.5, 1.6",
)
STANDARD_4: Final = ProtocolBody(
    code="standard_4",
    name="Ketamine IV, 4 doses in 2 to 4 weeks",
    route=IV,
    summary="Once or twice a week; a talk within 72 hours of each dose.",
    steps=course(
        [ONCE_OR_TWICE_A_WEEK] * 3,
        minutes=IV_MIN,
        talks_after=range(1, 5),
        devices=INFUSED,
    ),
    min_integrations=4,
    follow_up=FOLLOW_UP,
    maintenance="taper_standard",
    source="1.2 standard_4 (seed), 1.3, 1.5, 1.6",
)
IV_MWF_6: Final = ProtocolBody(
    code="iv_mwf_6",
    name="Ketamine IV, 6 doses in 12 days",
    route=IV,
    summary="Monday, Wednesday and Friday for two weeks; three talks.",
    steps=course(
        (EVERY_OTHER_DAY, EVERY_OTHER_DAY, OVER_THE_WEEKEND, *[EVERY_OTHER_DAY] * 2),
        minutes=IV_MIN,
        talks_after=(2, 4, 6),
        devices=INFUSED,
    ),
    max_doses_per_7_days=3,
    min_integrations=3,
    follow_up=FOLLOW_UP,
    maintenance="taper_standard",
    source="1.2 iv_mwf_6 (V MURROUGH13, SHIROMA14), 1.3, SP-03",
)
_NUMINUS: Final = course(
    [ONE_TO_TWO_WEEKS] * 2,
    minutes=IM_MIN,
    talks_after=range(1, 4),
    preparation_count=2,
    preparation_min=50,
    talk_min=90,
    to_talk=WITHIN_A_DAY,
)
_CLOSING: Final = replace(
    talk("closing", "integration", INTEGRATION_MIN, TO_CLOSING.after("dose-3")),
    number=4,
    title="Closing talk",
)
NUMINUS_LIKE_3: Final = ProtocolBody(
    code="numinus_like_3",
    name="Ketamine IM, 3 doses in 4 to 6 weeks",
    route=IM,
    summary="Two preparations, doses one to two weeks apart, a long talk within 24 hours.",
    steps=(*_NUMINUS[:-1], _CLOSING, _NUMINUS[-1]),
    min_preparations=2,
    min_integrations=4,
    follow_up=FOLLOW_UP,
    maintenance="taper_standard",
    source="1.2 numinus_like_3 (V PROV-NUMINUS), INT-01, INT-05",
)
BIWEEKLY_SL: Final = ProtocolBody(
    code="biweekly_sl_6_8",
    name="Sublingual ketamine, 6 doses every two weeks",
    route=SL,
    summary="A dose about every 14 days over 10 to 12 weeks; a talk between each.",
    steps=course([FORTNIGHTLY] * 5, minutes=SL_MIN, talks_after=range(1, 7)),
    min_integrations=6,
    follow_up=FOLLOW_UP,
    maintenance="journey_like",
    source="1.2 biweekly_sl_6_8 (V PROV-JOURNEY), 1.3",
)
SIX_OVER_THREE: Final = ProtocolBody(
    code="six_over_three_weeks",
    name="Ketamine IM, 6 doses in 3 weeks",
    route=IM,
    summary="Twice a week after two orientation visits; a talk each week.",
    steps=course(
        [TWICE_A_WEEK] * 5,
        minutes=IM_MIN,
        talks_after=(2, 4, 6),
        preparation_count=2,
    ),
    min_preparations=2,
    min_integrations=3,
    follow_up=FOLLOW_UP,
    maintenance="taper_standard",
    source="1.2 six_over_three_weeks (V PROV-HANYA), 1.5, 1.6",
)


def _retreat() -> tuple[StepBody, ...]:
    """Preparation by video and on site, a dose a day, talks on site and after."""
    remote, on_site = preparations(2)
    remote = replace(remote, title="Preparation by video", room_features=(VIDEO,))
    on_site = replace(on_site, title="Preparation on site", may_be_video=False)
    parts = doses(
        [Gap(24 * HOUR, 24 * HOUR, 48 * HOUR)] * 2,
        minutes=IM_MIN,
        first_after=Gap(0, 16 * HOUR, 24 * HOUR).after(on_site.key, from_end=True),
        talks_after=(1, 2, 3),
        to_talk=Gap(2 * HOUR, 3 * HOUR, 20 * HOUR),
    )
    stay = tuple(replace(part, may_be_video=False) for part in parts)
    soon = Gap(24 * HOUR, 48 * HOUR, 72 * HOUR).after("dose-3", from_end=True)
    by_video = [
        replace(
            talk(f"talk-remote-{place}", "integration", INTEGRATION_MIN, relation),
            number=3 + place,
            title=f"Talk by video {place}",
            room_features=(VIDEO,),
        )
        for place, relation in enumerate((soon, TO_CLOSING.after("dose-3")), start=1)
    ]
    return (remote, on_site, *stay, *by_video, review(3))


RETREAT: Final = ProtocolBody(
    code="intensive_retreat",
    name="Retreat: ketamine IM, 3 doses in 3 to 5 days",
    route=IM,
    summary="Several days on site, a dose a day at most, talks on site and by video.",
    caution="Doses may lie 24 hours apart: a medical director approves each course.",
    steps=_retreat(),
    max_doses_per_7_days=3,
    min_hours_between_doses=24,
    is_retreat=True,
    needs_director_approval=True,
    min_preparations=2,
    min_integrations=5,
    follow_up=FOLLOW_UP,
    maintenance="taper_standard",
    is_active=False,
    source="1.2 intensive_retreat (seed, ID), SP-01, 1.10",
)
_TWICE: Final = Gap(2 * DAY, 84 * HOUR, 4 * DAY)
_INDUCTION: Final = (*[_TWICE] * 6, Gap(2 * DAY, 72 * HOUR, 78 * HOUR))
"""Sums to less than 28 days, so that no third dose falls into one week (SP-05)."""
_WEEKLY_LABEL: Final = Gap(7 * DAY, 7 * DAY, 9 * DAY)
"""From the second weekly dose on: never two within one week (SP-05)."""
SPRAVATO_TRD: Final = ProtocolBody(
    code="spravato_trd",
    name="Nasal esketamine, 12 doses in 8 weeks",
    route=IN_ESK,
    summary="Twice a week for four weeks, then weekly; a talk each week.",
    steps=course(
        (*_INDUCTION, WEEKLY, *[_WEEKLY_LABEL] * 3),
        minutes=ESK_MIN,
        talks_after={2, 4, 6, 8, 9, 10, 11, 12},
    ),
    min_integrations=8,
    follow_up=FOLLOW_UP,
    maintenance="spravato_label",
    source="1.2 spravato_trd (V SPRAVATO), SP-05, 1.6",
)
SPRAVATO_MDSI: Final = ProtocolBody(
    code="spravato_mdsi",
    name="Nasal esketamine, 8 doses in 4 weeks",
    route=IN_ESK,
    summary="Twice a week for four weeks; a talk and a look at the safety plan each week.",
    caution="The safety plan is reviewed every week; 84 mg, once 56 mg if not tolerated.",
    steps=course(_INDUCTION, minutes=ESK_MIN, talks_after={2, 4, 6, 8}),
    min_integrations=4,
    follow_up=FOLLOW_UP,
    source="1.2 spravato_mdsi (V SPRAVATO), SP-05",
)
MAINTENANCE: Final = ProtocolBody(
    code="maintenance_only",
    name="Maintenance, 4 boosters further and further apart",
    route=IM,
    summary="The next booster when it is due, then after 4, 6 and 8 weeks.",
    steps=doses(
        [
            Gap(26 * DAY, 28 * DAY, 31 * DAY),
            Gap(39 * DAY, 42 * DAY, 46 * DAY),
            Gap(53 * DAY, 56 * DAY, 60 * DAY),
        ],
        minutes=IM_MIN,
        first_after=None,
        talks_after=range(1, 5),
    ),
    min_preparations=0,
    min_integrations=4,
    maintenance="taper_standard",
    source="1.2 maintenance_only (ID), 1.7 taper_standard",
)
PAIN: Final = ProtocolBody(
    code="chronic_pain_infusion",
    name="Chronic pain: long ketamine infusion, 3 times",
    route=IV,
    summary="More than two hours of infusion, watched throughout.",
    caution="Needs a prescriber qualified in pain and extra monitoring.",
    steps=course(
        [WEEKLY] * 2, minutes=300, talks_after=(), devices=INFUSED, needs=PAIN_DOSE
    ),
    follow_up=FOLLOW_UP,
    is_active=False,
    source="1.2 chronic_pain_infusion (V ASRA18: 80 mg or more over more than 2 h)",
)


def _together(step: StepBody) -> StepBody:
    if step.kind != "dosing":
        return step
    return replace(step, room_features=(GROUP,), title=f"Group dose {step.number}")


GROUP_3: Final = replace(
    STANDARD_4,
    code="group_im_3",
    name="Group: ketamine IM, 3 doses, each a dose of their own",
    route=IM,
    summary="Up to four patients in one room with two therapists; talks one by one.",
    caution="One nurse for each two or three patients and two therapists for the group.",
    steps=tuple(
        _together(step)
        for step in course([WEEKLY] * 2, minutes=IM_MIN, talks_after=range(1, 4))
    ),
    same_therapist=False,
    group_size=4,
    min_integrations=3,
    is_active=False,
    source="1.3 group KAP (ratios ID), INT-06",
)
CATALOGUE: Final = (
    STANDARD_6,
    STANDARD_4,
    IV_MWF_6,
    NUMINUS_LIKE_3,
    BIWEEKLY_SL,
    SIX_OVER_THREE,
    RETREAT,
    SPRAVATO_TRD,
    SPRAVATO_MDSI,
    MAINTENANCE,
    PAIN,
    GROUP_3,
)
DEFAULT_CODE: Final = STANDARD_6.code
