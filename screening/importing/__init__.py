"""Taking patients over from files: tables (CSV) and FHIR R4."""
