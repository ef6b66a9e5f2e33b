"""The servers that `make run` starts itself when none is given, and their supervisor."""
