"""The programs: what a person or a supervisor starts."""
