"""The web workspace: pages only, no tables, no arithmetic."""
