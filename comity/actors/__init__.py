"""Who is "Baku"? In 2022? Names in text into actors: states, governments, offices, organisations, armed groups, people.

Comes in: a text and its date. Goes out: `Mention` records. What it knows lies in comity/data/actors/*.csv, which an
area specialist can correct without Python; `validate()` tells what is wrong in them.
"""

from comity.actors.check import validate
from comity.actors.index import Actor, ActorIndex, PlaceMention, code_of, load_index
from comity.actors.tables import Leader

__all__ = ["Actor", "ActorIndex", "Leader", "PlaceMention", "code_of", "load_index", "validate"]
