"""Heart, circulation and vessels (clinical reference 3.2, cardiovascular)."""

from __future__ import annotations

from typing import Final

from screening.enums import PacketSection
from screening.questions.make import Maker
from screening.questions.shape import YES_OR_UNSURE, Kind, Question

_ask = Maker(PacketSection.HEALTH)
_VESSELS: Final = "Have you ever been told that you have any of these?"

HEART: Final[tuple[Question, ...]] = (
    _ask.of_kind(
        Kind.WEIGHT,
        "weight_said_kg",
        "About how much do you weigh?",
        help="We weigh you at the clinic, too.",
        group="Your size",
    ),
    _ask.of_kind(
        Kind.HEIGHT,
        "height_said_cm",
        "How tall are you?",
        group="Your size",
    ),
    _ask.yes_no(
        "htn_dx",
        "Has a doctor ever told you that you have high blood pressure?",
        why="This medicine raises blood pressure for about an hour.",
    ),
    _ask.yes_no(
        "htn_steady_4_weeks",
        "Have your blood pressure pills stayed the same for the last 4 weeks?",
        only_if=("htn_dx", YES_OR_UNSURE),
    ),
    _ask.many(
        "cvd",
        _VESSELS,
        {
            "unstable_angina": "Chest pain that comes at rest or is getting worse",
            "symptomatic_cad": "Narrowed heart arteries that still give chest pain",
            "cad_stable": "Narrowed heart arteries, no symptoms now",
            "decompensated_hf": "Heart failure with swelling or breathlessness now",
            "hf_nyha_1_2": "Heart failure, mild or well controlled",
            "cardiomyopathy_severe": "A severe weakness of the heart muscle",
            "uncontrolled_arrhythmia": "An irregular heartbeat that is not controlled",
            "af_rate_controlled": "An irregular heartbeat, controlled",
            "severe_valve_stenosis": "A severely narrowed heart valve",
            "valve_moderate": "A heart valve problem, moderate",
            "pacemaker": "A pacemaker",
            "congenital_repaired": "A heart defect from birth, repaired",
            "pulmonary_hypertension_severe": "High pressure in the arteries of the lungs",
            "phaeochromocytoma": "A tumor of the adrenal gland that raises blood pressure "
            "(pheochromocytoma)",
            "hypertensive_encephalopathy": "Confusion or fits from very high blood pressure",
        },
        why="The heart works harder during a session.",
    ),
    _ask.date("mi_date", "When did you last have a heart attack?"),
    _ask.date(
        "revascularisation_date",
        "When did you last have a stent or a bypass operation on the heart?",
    ),
    _ask.date(
        "stroke_tia_date",
        "When did you last have a stroke or a mini-stroke (TIA)?",
        why="A rise of blood pressure can harm the brain again.",
    ),
    _ask.date(
        "cvd_event_date",
        "When were you last in hospital for your heart or circulation, for any reason?",
        help="Also a clot in the lungs or the leg.",
    ),
    _ask.yes_no(
        "aneurysm",
        "A bulge in an artery (aneurysm): in the head, chest, belly or legs",
        group=_VESSELS,
        why="A rise of blood pressure can tear a weak vessel.",
    ),
    _ask.yes_no(
        "avm",
        "A tangle of blood vessels (AVM), in the brain or elsewhere",
        group=_VESSELS,
    ),
    _ask.yes_no("ich_history", "Bleeding inside the head, ever", group=_VESSELS),
    _ask.many(
        "cvd_risks",
        "Does any of these apply to you?",
        {
            "smoking": "I smoke or vape nicotine",
            "diabetes": "Diabetes",
            "cholesterol": "High cholesterol",
            "family": "A parent, brother or sister had a heart attack or stroke before 60",
            "inactive": "I get out of breath climbing one flight of stairs",
        },
        why="They tell us whether a heart tracing (ECG) is needed first.",
    ),
)
