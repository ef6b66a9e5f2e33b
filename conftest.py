"""Fixtures and guard rails for every test."""

pytest_plugins = ["kap.testing.plugin"]
