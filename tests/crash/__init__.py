"""The crash harness: processes are killed at every step of the protocol, and the ledger judges."""
