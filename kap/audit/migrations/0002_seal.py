"""Seals each event into the chain when its transaction commits."""

from django.db import migrations

MAKE = r"""
CREATE FUNCTION audit_seal_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  last_position bigint;
  last_hash bytea;
  content text;
BEGIN
  PERFORM pg_advisory_xact_lock(7236002);
  SELECT position, hash INTO last_position, last_hash
    FROM public.audit_auditseal ORDER BY position DESC LIMIT 1;
  last_position := coalesce(last_position, 0) + 1;
  last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
  content := jsonb_build_array(
    last_position::text, NEW.seq::text, NEW.id::text,
    to_char(NEW.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    NEW.actor_id::text, array_to_string(NEW.actor_roles, ','), NEW.link_id::text,
    NEW.job, NEW.patient_id::text, NEW.action, NEW.category, NEW.object_type,
    NEW.object_id, NEW.outcome, NEW.reason_code, NEW.request_id::text,
    host(NEW.ip), NEW.agent_sha256, NEW.app_version)::text;
  INSERT INTO public.audit_auditseal (position, event_seq, hash)
    VALUES (last_position, NEW.seq, sha256(last_hash || convert_to(content, 'UTF8')));
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_seal_at_commit
  AFTER INSERT ON audit_auditevent DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION audit_seal_event();
"""
UNMAKE = """
DROP TRIGGER audit_seal_at_commit ON audit_auditevent;
DROP FUNCTION audit_seal_event();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
