"""The project package and the foundation every phase stands on."""
