"""Medicine classes and how a typed name finds them (clinical reference 4); pure."""
