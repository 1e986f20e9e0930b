"""The error of a setting, below every file that reads one."""


class SettingsRefused(ValueError):
    """A setting that can't work; the text names it and the remedy."""
