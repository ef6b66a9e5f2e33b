"""The shipped rules: mental health (clinical reference 3.3, 3.6)."""

from __future__ import annotations

from typing import Any, Final

MIND_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-PSY-01",
        "domain": "mental health",
        "title": "Psychosis, now or ever",
        "when": {
            "any": [["psychosis_dx", "eq", True], ["psychosis_history", "eq", True]]
        },
        "requires": ["psychosis_dx", "psychosis_history"],
        "rac": "X",
        "esk": "X",
        "seed": True,
        "hit": "History of psychosis. {proof}.",
        "passed": "No psychosis, now or ever.",
        "why": "Ketamine can bring back or worsen psychosis.",
        "next_step": (
            "No course, unless the prescriber and the medical director both "
            "decide otherwise and write the reason."
        ),
        "source": "seed S-23; V ASRA18, OXFORD, PSYON; SPRAVATO label: not studied",
        "tags": ["seed"],
    },
    {
        "id": "E-PSY-02",
        "domain": "mental health",
        "title": "Psychosis in the close family",
        "when": {"all": [["psychosis_first_degree", "eq", True]]},
        "requires": ["psychosis_first_degree"],
        "rac": "R",
        "esk": "C",
        "hit": "Psychosis in a parent, sibling or child.",
        "passed": "No psychosis in the close family reported.",
        "why": "A sign of vulnerability to psychosis.",
        "next_step": "Ask about own early signs. Prescriber decides.",
        "source": "V PSYON (excludes)",
    },
    {
        "id": "E-PSY-03",
        "domain": "mental health",
        "title": "Mania or hypomania now",
        "when": {
            "any": [["mania_hypomania_now", "eq", True], ["asrm_score", "gte", 6]]
        },
        "requires": ["mania_hypomania_now"],
        "rac": "X",
        "esk": "X",
        "hit": "Mania or hypomania now. {proof}.",
        "passed": "No mania or hypomania now reported.",
        "why": "Ketamine can drive mania further.",
        "next_step": "No course until it has resolved. Psychiatry.",
        "source": "V OXFORD (mania); ASRM 6 points GK",
    },
    {
        "id": "E-PSY-04",
        "domain": "mental health",
        "title": "Bipolar I, not manic now",
        "when": {
            "all": [
                ["bipolar1_dx", "eq", True],
                ["mania_hypomania_now", "not_true", None],
            ]
        },
        "requires": ["bipolar1_dx"],
        "rac": "R",
        "esk": "R",
        "hit": "Bipolar I disorder.",
        "passed": "No bipolar I disorder reported.",
        "why": "A mood stabilizer should protect against a switch.",
        "next_step": "Check 6 months without mania and a mood stabilizer.",
        "suggestion": "Keep the mood stabilizer on; check mood at each visit.",
        "source": "GK; 6 months ID",
    },
    {
        "id": "E-PSY-05",
        "domain": "mental health",
        "title": "Bipolar II, not hypomanic now",
        "when": {
            "all": [
                ["bipolar2_dx", "eq", True],
                ["mania_hypomania_now", "not_true", None],
            ]
        },
        "requires": ["bipolar2_dx"],
        "rac": "R",
        "esk": "R",
        "hit": "Bipolar II disorder.",
        "passed": "No bipolar II disorder reported.",
        "why": "Hypomania may follow.",
        "next_step": "Check mood at each visit.",
        "suggestion": (
            "May end as a caution on racemic ketamine, with a mood check at each visit."
        ),
        "source": "GK",
    },
    {
        "id": "E-PSY-06",
        "domain": "mental health",
        "title": "Severe personality disorder",
        "when": {"all": [["personality_severe", "eq", True]]},
        "rac": "R",
        "esk": "R",
        "hit": "Severe personality disorder with recent self-harm or violence.",
        "passed": "No severe personality disorder recorded.",
        "why": "The setting must be able to hold what comes up.",
        "next_step": "Plan how the person is held between visits.",
        "source": "V PSYON (excludes severe)",
    },
    {
        "id": "E-PSY-07",
        "domain": "mental health",
        "title": "Dissociative disorder",
        "when": {"all": [["dissociative_disorder", "eq", True]]},
        "rac": "R",
        "esk": "R",
        "hit": "Dissociative disorder.",
        "passed": "No dissociative disorder recorded.",
        "why": "Ketamine may make dissociation stronger.",
        "next_step": "Therapist with experience; slower start.",
        "suggestion": "Lower dose, more preparation.",
        "source": "GK",
    },
    {
        "id": "E-PSY-08",
        "domain": "mental health",
        "title": "Mental state on the day",
        "when": {"all": [["dayof_mental_status_abnormal", "eq", True]]},
        "rac": "X",
        "esk": "X",
        "locked": True,
        "hit": "Delirium or acute psychosis today.",
        "passed": "Mental state on the day was clear.",
        "why": "Consent is not valid, and ketamine can make it worse.",
        "next_step": "No dose today. Medical assessment.",
        "source": "V ASRA18",
        "tags": ["day-of"],
    },
    {
        "id": "E-PSY-09",
        "domain": "mental health",
        "title": "Severe panic or agitation",
        "when": {"all": [["severe_panic_flag", "eq", True]]},
        "rac": "C",
        "esk": "C",
        "hit": "Severe panic or agitation noted by the clinician.",
        "passed": "No severe panic or agitation noted.",
        "why": "Panic during dissociation is the usual reason to stop early.",
        "next_step": "More preparation. Agree on a stop signal.",
        "suggestion": "Lower dose; sublingual or low intramuscular route.",
        "source": "ID",
    },
]
