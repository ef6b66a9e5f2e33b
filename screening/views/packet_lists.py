"""The medicines and allergies of the packet: two lists, kept as one goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kap.patients.links import LinkRequest
from screening.enums import PacketSection
from screening.forms.packet import AllergyForm, MedicineForm, VersionForm
from screening.models import IntakePacket
from screening.packet_parts import part_of
from screening.rules.medicines.matching import Found, all_labels, match
from screening.services import Medicines, finish_medications, save_draft
from screening.services.packets import section_version
from screening.views.packet_parts import Place, later_url
from screening.views.patient import page

MOST_ROWS = 60
_AS = "as-"
UNKNOWN_NAME = "A medicine, name not known"


def medications(
    request: LinkRequest, packet: IntakePacket, place: Place
) -> HttpResponse:
    """Screen 1 medicines, screen 2 allergies; both lists are drafts until the end."""
    if place.section in packet.done:
        return page(request, "part_done", {"title": part_of(place.section).title})
    screen = _ALLERGIES if place.number == 2 else _MEDICINES
    draft = _draft(packet)
    if request.method != "POST":
        return _list_page(request, packet, place, screen, draft, screen.form())
    if _is_behind(request, packet):
        sentence = (
            "This list was changed on another device. It is shown as it is now; "
            "add or end it again."
        )
        form = screen.form(initial=_typed(request))
        return _list_page(
            request, packet, place, screen, draft, form, conflict=sentence, status=409
        )
    return _list_step(request, packet, place, screen, draft)


@dataclass(frozen=True, slots=True)
class _Screen:
    key: str
    number: int
    form: type[forms.Form]
    template: str


_MEDICINES = _Screen("medicines", 1, MedicineForm, "medicines")
_ALLERGIES = _Screen("allergies", 2, AllergyForm, "allergies")


def _draft(packet: IntakePacket) -> dict[str, Any]:
    kept = packet.drafts.get(PacketSection.MEDICATIONS, {})
    return {"medicines": [], "allergies": [], **kept}


def _typed(request: LinkRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("name", "dose")}


def _is_behind(request: LinkRequest, packet: IntakePacket) -> bool:
    seen = VersionForm(request.POST)
    version = seen.cleaned_data["version"] if seen.is_valid() else None
    now = section_version(packet, PacketSection.MEDICATIONS)
    return version is not None and version != now


def _list_step(
    request: LinkRequest,
    packet: IntakePacket,
    place: Place,
    screen: _Screen,
    draft: dict[str, Any],
) -> HttpResponse:
    """Add one, take one away, or end the list; what stands in the fields is added first."""
    rows = [list(row) for row in draft[screen.key]]
    asked = request.POST.get("do", "add")
    form = screen.form(_with_name(request, asked))
    typed = bool(request.POST.get("name", "").strip())
    if asked == "unknown":
        rows.append([UNKNOWN_NAME, request.POST.get("dose", "")[:120]])
    elif asked.startswith("remove-"):
        rows = _without(rows, asked.removeprefix("remove-"))
    elif asked == "add" or typed:
        if not form.is_valid():
            return _list_page(request, packet, place, screen, draft, form, status=422)
        if close := _close_names(screen, asked, form.cleaned_data["name"]):
            return _list_page(request, packet, place, screen, draft, form, close=close)
        rows.append([form.cleaned_data["name"], form.cleaned_data["dose"]])
    if len(rows) > MOST_ROWS:
        form.is_valid()
        form.add_error(None, "The list is full. Tell us the others on the phone.")
        return _list_page(request, packet, place, screen, draft, form, status=422)
    if problem := _contradiction(asked, rows):
        form = screen.form()
        return _list_page(
            request, packet, place, screen, draft, form, conflict=problem, status=422
        )
    draft = {**draft, screen.key: rows}
    packet = save_draft(
        packet_id=packet.pk,
        section=PacketSection.MEDICATIONS,
        typed=draft,
        version=section_version(packet, PacketSection.MEDICATIONS),
        now=place.now,
    )
    return _after(packet, place, screen, draft, asked)


def _with_name(request: LinkRequest, asked: str) -> Any:
    """What was typed, or the name of the list that was pressed instead of it."""
    if not asked.startswith(_AS):
        return request.POST
    posted = request.POST.copy()
    posted["name"] = asked.removeprefix(_AS)
    return posted


def _close_names(screen: _Screen, asked: str, name: str) -> list[str]:
    """Names of the list that may be meant; nothing is put in the place of what was typed."""
    if screen is not _MEDICINES or asked != "add":
        return []
    found = match(name)
    return [one.label for one in found.offered] if found.found == Found.OFFERED else []


def _contradiction(asked: str, rows: list[list[str]]) -> str:
    if asked in {"nothing", "none-known", "not-sure"} and rows:
        return "There is something on your list. Take it off first, or go on with the list."
    if asked in {"all", "all-allergies"} and not rows:
        return "The list is empty. Add something, or choose the button that says there is nothing."
    return ""


def _after(
    packet: IntakePacket,
    place: Place,
    screen: _Screen,
    draft: dict[str, Any],
    asked: str,
) -> HttpResponse:
    if asked in {"nothing", "all"}:
        return redirect("screening:packet_step", place.part, 2)
    if asked in {"none-known", "not-sure", "all-allergies"}:
        none_known = {"none-known": True, "not-sure": None}.get(asked, False)
        finish_medications(
            packet=packet,
            medicines=Medicines(
                taken=[(name, dose) for name, dose in draft["medicines"]],
                allergies=[(name, dose) for name, dose in draft["allergies"]],
                none_known=none_known,
            ),
            hand=place.hand,
            now=place.now,
        )
        return redirect("screening:packet")
    return redirect("screening:packet_step", place.part, screen.number)


def _without(rows: list[list[str]], number: str) -> list[list[str]]:
    gone = (
        int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
    )
    return [row for index, row in enumerate(rows) if index != gone]


def _list_page(
    request: LinkRequest,
    packet: IntakePacket,
    place: Place,
    screen: _Screen,
    draft: dict[str, Any],
    form: forms.Form,
    *,
    conflict: str = "",
    close: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    back = reverse("screening:packet")
    if screen is _ALLERGIES:
        back = reverse("screening:packet_step", args=[place.part, 1])
    context = {
        "form": form,
        "rows": draft[screen.key],
        "version": section_version(packet, PacketSection.MEDICATIONS),
        "conflict": conflict,
        "close": close,
        "labels": list(all_labels()) if screen is _MEDICINES else [],
        "back_url": back,
        "place": place,
        "later_url": later_url(),
        "place_text": f"Part {place.part} of {len(packet.sections)}",
    }
    return page(request, screen.template, context, status=status)
