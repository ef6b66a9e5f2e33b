"""An app for worker processes under test: it registers a paper that always has facts."""
