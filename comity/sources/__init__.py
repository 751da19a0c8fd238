"""Bytes → Document: the article apart from the page's furniture, who wrote it, when, what kind it is, and for whom.

`read(inputs, options=…)` gives Documents and Failures in the order of the inputs. Formats are the table `READERS`.
"""

from comity.sources.outcome import Failure, Options
from comity.sources.reading import READERS, Reader, read, read_bytes, sniff

__all__ = ["READERS", "Failure", "Options", "Reader", "read", "read_bytes", "sniff"]
