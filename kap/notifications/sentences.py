"""What the pages say of a message: its state, what stops it, why it did not go."""

from __future__ import annotations

from typing import Final

from kap.core.outbox import OutboxStatus

ONCE: Final = (
    "A message is sent at most once per person and channel. If we cannot tell whether it "
    "went out, it shows as unknown and is not sent again by itself."
)

WHY: Final = {
    "worker-died": "The worker stopped while it was sent",
    "no-receipt": "Handed over, but no receipt came back",
    "error": "Something failed while it was handed over",
    "no-connection": "The server cannot be reached",
    "connection-lost": "The connection broke before it was handed over",
    "taken-back": "Taken back",
    "not-wanted": "No longer needed",
    "no-consent": "The patient does not want these any more",
    "merged": "The record was joined with another",
    "too-late": "It would have come too late",
    "no-address": "There is no address or number",
    "bad-address": "The address cannot be right",
    "bad-number": "The number cannot be right",
    "channel-off": "This channel is switched off",
    "no-kind": "This kind of message is not in use",
    "no-words": "There are no words for it in this language",
    "no-link": "It needs a link and has none",
    "denied-word": "Its words or its sender say what the care is for",
    "too-long": "It is too long for a text message",
    "night": "Waits for the morning: texts go out from 8:00 to 21:00",
    "day-limit": "Waits: one text a day",
    "week-limit": "Waits: three texts a week",
    "asked-arrived": "Arrived, as the person said",
    "asked-not-arrived": "Did not arrive, as the person said",
}
OTHERWISE: Final = "The other side did not take it"
CHIPS: Final = {
    OutboxStatus.PREPARATION: ("Waits", "", "clock"),
    OutboxStatus.IN_PROGRESS: ("Being sent", "info", "send"),
    OutboxStatus.COMPLETED: ("Sent", "ok", "check"),
    OutboxStatus.NOT_DONE: ("Not sent", "warn", "alert-triangle"),
    OutboxStatus.STOPPED: ("Stopped", "quiet", "player-stop"),
    OutboxStatus.UNKNOWN: ("Unknown", "danger", "help-circle"),
}
"""Word, tone and icon of each state."""


def why(problem: str) -> str:
    """The sentence for a code; nothing for no code."""
    if not problem:
        return ""
    if problem.startswith("later-"):
        return "The server asked to try later"
    if problem.startswith("refused-"):
        return "The server refused it for good"
    if problem.startswith("answer-"):
        return "The gateway answered with an error"
    return WHY.get(problem, OTHERWISE)
