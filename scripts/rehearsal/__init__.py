"""Plays whole months through the practice exchange on simulated time."""
