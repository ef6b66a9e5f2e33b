"""Liver, kidneys, bladder, thyroid, eyes, lungs, nose, stomach and the rest (3.2)."""

from __future__ import annotations

from typing import Final

from screening.enums import PacketSection
from screening.questions.make import Maker
from screening.questions.shape import YES_OR_UNSURE, Question

_ask = Maker(PacketSection.BODY)
_TOLD: Final = "Has a doctor told you that you have one of these?"

BODY: Final[tuple[Question, ...]] = (
    _ask.many(
        "liver_dx",
        "Do you have a disease of the liver?",
        {
            "fatty_liver": "Fatty liver",
            "chronic_hepatitis": "Hepatitis B or C",
            "acute_hepatitis": "An inflamed liver now (acute hepatitis)",
            "cirrhosis": "Cirrhosis, without complications",
            "decompensated_cirrhosis": "Cirrhosis with water in the belly, jaundice, "
            "bleeding or confusion",
        },
        why="The liver breaks this medicine down.",
    ),
    _ask.yes_no(
        "liver_risk",
        "Has a blood test of your liver ever been abnormal, or do you drink alcohol "
        "most days?",
    ),
    _ask.many(
        "kidney_dx",
        "Do you have a disease of the kidneys?",
        {
            "ckd": "Kidneys that work less well",
            "stones": "Kidney stones",
            "one_kidney": "Only one kidney",
            "transplant": "A transplanted kidney",
            "other": "Something else",
        },
    ),
    _ask.yes_no(
        "dialysis",
        "Are you on dialysis?",
        only_if=(
            "kidney_dx",
            ("ckd", "stones", "one_kidney", "transplant", "other", None),
        ),
        otherwise=False,
    ),
    _ask.many(
        "bladder_dx",
        "Do you have a disease of the bladder?",
        {
            "interstitial_cystitis": "Painful bladder (interstitial cystitis)",
            "ulcerative_cystitis": "Sores in the bladder (ulcerative cystitis)",
            "ketamine_cystitis": "Bladder damage from ketamine",
            "other": "Something else",
        },
        why="Ketamine can irritate the bladder.",
    ),
    _ask.band(
        "new_urinary_symptoms_weeks",
        "Have you lately had pain, blood or a frequent urge when passing water?",
        {
            "0": "No",
            "1": "Yes, for less than 2 weeks",
            "2": "Yes, for 2 weeks or longer",
        },
    ),
    _ask.choice(
        "hyperthyroid",
        "Is your thyroid overactive?",
        {
            "none": "No",
            "treated": "Yes, and it is treated",
            "untreated": "Yes, and it is not treated or not yet under control",
        },
        why="With an overactive thyroid this medicine strains the heart.",
    ),
    _ask.yes_no(
        "thyroid_symptoms",
        "Do you have a racing heart, sweating, trembling or weight loss from it?",
        only_if=("hyperthyroid", ("treated", "untreated", None)),
    ),
    _ask.choice(
        "glaucoma_type",
        "Do you have glaucoma, or too much pressure in the eye?",
        {
            "none": "No",
            "open_angle_controlled": "Yes, and drops keep it under control",
            "uncontrolled": "Yes, and the pressure is still too high",
            "angle_closure": "Yes, the kind that comes suddenly (narrow angle)",
        },
        why="This medicine raises the pressure in the eye.",
    ),
    _ask.many(
        "eye_dx",
        "Anything else about your eyes?",
        {
            "open_globe": "An open wound of the eyeball now",
            "recent_surgery": "Eye surgery in the last 3 months",
            "retina": "A retina that came loose",
        },
    ),
    _ask.yes_no(
        "osa",
        "Do you stop breathing in your sleep (sleep apnea)?",
        why="This medicine makes you drowsy, and breathing shallower.",
    ),
    _ask.yes_no(
        "cpap_used",
        "Do you sleep with a CPAP mask every night?",
        only_if=("osa", YES_OR_UNSURE),
    ),
    _ask.yes_no("home_o2", "Oxygen at home for your lungs", group=_TOLD),
    _ask.yes_no(
        "porphyria",
        "Porphyria, a rare disease of the blood pigment",
        group=_TOLD,
        why="Some medicines bring on an attack.",
    ),
    _ask.yes_no(
        "eating_disorder_active",
        "An eating disorder that troubles you now",
        group=_TOLD,
    ),
    _ask.many(
        "nasal_dx",
        "Do you have trouble with your nose?",
        {
            "severe_obstruction": "It is blocked most of the time",
            "recurrent_epistaxis": "It bleeds often",
            "septal_perforation": "A hole in the wall between the nostrils",
            "hay_fever": "Hay fever",
        },
        why="One form of this medicine is sprayed into the nose.",
    ),
    _ask.many(
        "gi_dx",
        "Do you have trouble with your stomach?",
        {
            "severe_gerd": "Severe heartburn or food that comes up",
            "gastroparesis": "A stomach that empties too slowly (gastroparesis)",
        },
        why="We want to keep you from vomiting while you are drowsy.",
    ),
    _ask.yes_no(
        "severe_nausea_history",
        "Do you get sick easily, from medicines or when traveling?",
    ),
    _ask.date(
        "surgery_date", "When were you last operated on or put under anesthesia?"
    ),
    _ask.text(
        "body_note",
        "Anything else about your health that we should know?",
        help="Leave empty if there is nothing.",
    ),
)
