"""Comity keeps the ledger of relations between states."""
