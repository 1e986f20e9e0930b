"""A mirror of the house, and the services that its tests stand on."""
