"""The component tags, by kind; kap.ui.templatetags.ui joins them into one library."""
