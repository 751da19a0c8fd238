"""How the shipped model is made: `python -m training DATA` (see training/README.md). Not a run-time dependency."""
