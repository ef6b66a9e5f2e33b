"""Hello, a board of 60 rows, and four constrained rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from psycopg2.extras import DateTimeTZRange

from bench.floor.models import FloorSlot, FloorVisit

LENGTH = timedelta(minutes=60)


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def board(request: HttpRequest) -> HttpResponse:
    """One query, 60 rows, 30 kB of HTML."""
    rows = FloorVisit.objects.order_by("starts_at", "pk").values()[:60]
    return render(request, "floor/board.html", {"rows": rows})


@csrf_exempt
def book4(request: HttpRequest) -> HttpResponse:
    """Four rows that may not overlap, in one transaction, and nothing else."""
    start = datetime.fromisoformat(request.POST["start"])
    period = DateTimeTZRange(start, start + LENGTH)
    schedules = [int(part) for part in request.POST["schedules"].split(",")]
    with transaction.atomic():
        FloorSlot.objects.bulk_create(
            FloorSlot(schedule_id=schedule, period=period) for schedule in schedules
        )
    return HttpResponse("booked", status=201)
