"""Settings: base, development, test, production."""
