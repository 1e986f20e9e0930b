"""What every room stands on, and what differs between machines."""
