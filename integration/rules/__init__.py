"""Clinical rules of the integration phase: pure Python over frozen dataclasses."""
