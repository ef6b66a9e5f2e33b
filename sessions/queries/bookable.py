"""Who is being booked: patient, open course and site by one statement, and no more of them.

By hand: on the booking path the ORM's making of this one would be a fifth of the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection

from kap.clinic.models import Site
from kap.core import prepared
from kap.patients.models import EpisodeOfCare, Patient
from kap.patients.models.people import knows_patients

if TYPE_CHECKING:
    from kap.accounts.models import User

# In the order of the models' fields: ``from_db`` takes the values by place.
PATIENT: Final = ("id", "email", "phone", "site_id", "schedule_id", "merged_into_id")
SITE: Final = ("id", "name", "time_zone")
EPISODE: Final = ("id", "patient_id", "site_id", "status", "phase")
_COLUMNS: Final = ", ".join(
    f"{table}.{name}"
    for table, names in (("patient", PATIENT), ("site", SITE), ("episode", EPISODE))
    for name in names
)
_SQL: Final = f"""
SELECT {_COLUMNS}
FROM patients_patient AS patient
LEFT JOIN patients_episodeofcare AS episode
  ON episode.patient_id = patient.id AND episode.status IN ('planned', 'active', 'onhold')
JOIN clinic_site AS site ON site.id = coalesce(episode.site_id, patient.site_id)
WHERE patient.id = $1
"""  # noqa: S608 -- constants of this module
_ONE: Final = prepared.Statement("kap_bookable", ("uuid",), _SQL)


def who(
    patient_id: UUID, *, by: User
) -> tuple[Patient, EpisodeOfCare | None, Site] | None:
    """The patient, the open course, and where it takes place; None: ``by`` may not know.

    What else stands in the three rows is read when it is asked for.
    """
    if not knows_patients(by):
        return None
    found = prepared.rows((_ONE, [str(patient_id)]))
    if not found:
        return None
    row = found[0]
    using, to_site = connection.alias, len(PATIENT) + len(SITE)
    patient = Patient.from_db(using, PATIENT, row[: len(PATIENT)])
    site = Site.from_db(using, SITE, row[len(PATIENT) : to_site])
    if row[to_site] is None:
        return patient, None, site
    episode = EpisodeOfCare.from_db(using, EPISODE, row[to_site:])
    episode.patient, episode.site = patient, site
    return patient, episode, site
