"""Benchmarks; each prints its figures beside a floor measured in the same run."""

from __future__ import annotations
