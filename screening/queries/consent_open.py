"""Whether a list of questions holds one that nobody has answered."""

from __future__ import annotations


def has_open_question(questions: object) -> bool:
    return isinstance(questions, list) and any(
        not asked.get("answered_at") for asked in questions
    )
