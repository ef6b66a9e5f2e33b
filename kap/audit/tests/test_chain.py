from __future__ import annotations

import threading
import time
import uuid

import pytest
from django.core.management import call_command
from django.db import Error, connection, transaction

from kap.audit import anchors, chain
from kap.audit.enums import Action, Category
from kap.audit.models import AuditAnchor, AuditEvent, AuditSeal
from kap.audit.services import anchor, record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.KAP_HOME = tmp_path
    return tmp_path


def act(reason: str = "") -> None:
    record(
        by=None,
        action=Action.UPDATE,
        category=Category.DOSING,
        patient_id=uuid.uuid4(),
        reason_code=reason,
        job='té"st\\',
    )


@pytest.fixture
def ten():
    for number in range(10):
        act(f"r{number}")
    return list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True))


def tamper(*statements: str) -> None:
    """As the tables' owner with every trigger switched off: nothing refuses."""
    with transaction.atomic(), connection.cursor() as cursor:
        for word in ("DISABLE", "ENABLE"):
            for statement in statements if word == "ENABLE" else ():
                cursor.execute(statement)
            for table in ("auditevent", "auditseal", "auditanchor"):
                cursor.execute(f"ALTER TABLE audit_{table} {word} TRIGGER USER")


def test_untouched_chain_is_whole(ten):
    found = chain.verify()

    assert (found.events, found.trouble) == (10, "")


def test_an_edited_event_is_named(ten):
    tamper(f"UPDATE audit_auditevent SET action = 'read' WHERE seq = {ten[4]}")

    assert chain.verify().trouble == f"Event {ten[4]} is not as it was sealed."


def test_a_removed_event_is_named(ten):
    tamper(f"DELETE FROM audit_auditevent WHERE seq = {ten[4]}")

    assert chain.verify().trouble == f"Event {ten[4]} was removed."


def test_an_event_removed_with_its_seal_is_found(ten):
    tamper(
        f"DELETE FROM audit_auditevent WHERE seq = {ten[4]}",
        "DELETE FROM audit_auditseal WHERE position = 5",
    )

    assert chain.verify().trouble == "Seal 5 is missing; the next one is 6."


def test_an_inserted_event_is_named(ten):
    tamper(
        "INSERT INTO audit_auditevent (id, recorded_at, actor_roles, job, action, category,"
        " object_type, object_id, outcome, reason_code, agent_sha256, app_version)"
        " VALUES (gen_random_uuid(), now(), '{}', '', 'read', 'chart', '', '', 'success',"
        " '', '', '1')"
    )
    seq = AuditEvent.objects.order_by("-seq").values_list("seq", flat=True)[0]

    assert chain.verify().trouble == f"Event {seq} was put in without a seal."


def test_swapped_events_are_found(ten):
    tamper(
        "UPDATE audit_auditseal SET event_seq = -1 WHERE position = 3",
        f"UPDATE audit_auditseal SET event_seq = {ten[2]} WHERE position = 4",
        f"UPDATE audit_auditseal SET event_seq = {ten[3]} WHERE position = 3",
    )

    assert chain.verify().trouble == f"Event {ten[3]} is not as it was sealed."


def test_a_cut_head_is_found(ten):
    tamper(
        f"DELETE FROM audit_auditevent WHERE seq <= {ten[2]}",
        "DELETE FROM audit_auditseal WHERE position <= 3",
    )

    assert chain.verify().trouble == "Seal 1 is missing; the next one is 4."


def cut_tail(ten):
    tamper(
        f"DELETE FROM audit_auditevent WHERE seq >= {ten[7]}",
        "DELETE FROM audit_auditseal WHERE position >= 8",
    )


def test_a_cut_tail_is_found_only_with_the_anchor(ten, now):
    anchor(now=now)
    cut_tail(ten)

    assert chain.verify().trouble == ""
    assert "the end was cut off" in chain.verify(anchors=anchors.kept()).trouble


def test_a_cut_tail_is_found_by_the_log_when_the_anchor_row_went_too(ten, now):
    anchor(now=now)
    cut_tail(ten)
    tamper("DELETE FROM audit_auditanchor")

    assert "the end was cut off" in chain.verify(anchors=anchors.kept()).trouble


def test_a_chain_forged_anew_does_not_match_the_anchor(ten, now):
    anchor(now=now)
    tamper("DELETE FROM audit_auditseal", "DELETE FROM audit_auditevent")
    for _ in range(10):
        act("forged")

    assert chain.verify().trouble == ""
    assert "is not what was anchored" in chain.verify(anchors=anchors.kept()).trouble


def test_a_forged_anchor_is_refused(ten, now, home):
    anchor(now=now)
    log = next((home / "anchors").glob("*.log"))
    log.write_text(log.read_text().replace('"position": 10', '"position": 9'))

    with pytest.raises(anchors.ForgedAnchorError):
        list(anchors.kept())


def test_anchor_is_written_once_for_a_head(ten, now, home):
    anchor(now=now)
    anchor(now=now)

    assert AuditAnchor.objects.count() == 1
    assert len(next((home / "anchors").glob("*.log")).read_text().splitlines()) == 1


def test_command_says_that_all_is_well(ten, now, capsys):
    anchor(now=now)
    call_command("audit_verify", anchors=True)

    assert (
        "10 events are as they were sealed, 2 anchors agree." in capsys.readouterr().out
    )


def test_command_exits_with_one_and_names_the_row(ten, capsys):
    tamper(f"UPDATE audit_auditevent SET job = 'x' WHERE seq = {ten[0]}")

    with pytest.raises(SystemExit) as stop:
        call_command("audit_verify")

    assert stop.value.code == 1
    assert f"Event {ten[0]} is not as it was sealed." in capsys.readouterr().err


@pytest.mark.parametrize("table", ["auditevent", "auditseal", "auditanchor"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_{} SET {} = {}",
        "DELETE FROM audit_{}",
        "TRUNCATE audit_{}",
    ],
)
def test_the_history_is_append_only_for_its_owner_too(ten, now, table, statement):
    anchor(now=now)
    column = "app_version" if table == "auditevent" else "position"

    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column, column))


def test_an_act_that_is_rolled_back_leaves_no_seal(ten):
    with transaction.atomic():
        act()
        transaction.set_rollback(True)

    assert AuditSeal.objects.count() == 10


def test_racing_commits_keep_the_chain_gapless():
    def many():
        for number in range(20):
            with transaction.atomic():
                act(str(number))
                act(str(number))
        connection.close()

    threads = [threading.Thread(target=many) for _ in range(6)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - begun

    found = chain.verify()
    assert (found.events, found.trouble) == (240, "")
    assert 120 / took > 40, "sealing must not serialise whole transactions"
