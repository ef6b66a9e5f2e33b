"""Forms of screening: what patients and staff type, checked and said back in sentences."""
