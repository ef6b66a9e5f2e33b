"""Clinical rules of the dosing phase: pure Python over frozen dataclasses."""
