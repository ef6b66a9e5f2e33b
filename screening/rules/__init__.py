"""Clinical rules of the screening phase: pure Python over frozen dataclasses."""
