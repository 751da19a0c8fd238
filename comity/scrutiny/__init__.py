"""Scrutiny, the room of `comity check`: one document held against the record.

What it reports and who else does, what it claims, and in whose words.

`voice` tells the author's words from those of others; `terms` finds loaded terms; `contested` finds sentences that judge,
explain or prescribe; `document` puts it all together with what the store knows.
"""

from comity.scrutiny.document import Check, CheckedSentence, Spoken, check_document, check_to_dict
from comity.scrutiny.terms import TermUse

__all__ = ["Check", "CheckedSentence", "Spoken", "TermUse", "check_document", "check_to_dict"]
