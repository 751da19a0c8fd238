"""Bytes → Document: the article apart from the page's furniture, who wrote it, when, what kind it is, and for whom.

`read(inputs, options=…)` gives Documents and Failures in the order of the inputs. Formats are the table `READERS`;
other packages add theirs through the entry point group `comity.readers`.
"""

from comity.sources.dispatch import read_bytes, read_stream, sniff
from comity.sources.formats import READERS
from comity.sources.limits import Limits, Web
from comity.sources.outcome import Carrier, Failure, Fault, Options
from comity.sources.reading import read
from comity.sources.registry import Format, Reader, StreamReader

__all__ = [
    "READERS",
    "Carrier",
    "Failure",
    "Fault",
    "Format",
    "Limits",
    "Options",
    "Reader",
    "StreamReader",
    "Web",
    "read",
    "read_bytes",
    "read_stream",
    "sniff",
]
