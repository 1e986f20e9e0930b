"""From a contact number to a dialled call."""
