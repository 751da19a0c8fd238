"""Other people's event data into the store: GDELT, ICEWS, POLECAT, ACLED, UCDP GED and Phoenix, as they are published.

In: a file of a data set; out: rows of `events`, and a `FileLoad` that accounts for every row of the file. DuckDB reads the
file and does all that is done per row; Python sees each distinct party and each distinct code once.
"""

from __future__ import annotations

from comity.store.loaders.datasets import DATASETS, Dataset
from comity.store.loaders.loading import load_file
from comity.store.loaders.results import Drop, FileLoad, Resolution, UnknownName
from comity.store.loaders.tables import validate

__all__ = ["DATASETS", "Dataset", "Drop", "FileLoad", "Resolution", "UnknownName", "load_file", "validate"]
