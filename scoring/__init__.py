"""From an assessment to a report."""
