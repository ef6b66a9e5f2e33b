"""One patient's whole course, told through the browser: the stage and its scenes."""
