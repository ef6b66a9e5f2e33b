"""Reads over a whole course."""
