"""Is any of it true? Index, forecast and balance held against the record of others: alliances, rivalries, disputes, signed
networks, and the years that followed. `comity validate` writes docs/validation.md from it."""

from __future__ import annotations

from comity.validation.page import write_page
from comity.validation.run import Validation, validate, validation_to_dict

__all__ = ["Validation", "validate", "validation_to_dict", "write_page"]
