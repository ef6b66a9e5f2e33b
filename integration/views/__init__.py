"""Pages of integration notes and of the treatment summary."""
