"""What mustn't be wrong, and how well its tests hold it: branches covered, faults found."""
