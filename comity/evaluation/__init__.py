"""How well the coder reads: gold files, matching, scores.

In: a file of sentences with the events that a person read in them. Out: precision, recall and F1 by type and by
phenomenon, and every error with its sentence and rule. Only `run` opens files; the rest are values in, values out.
"""

from comity.evaluation.gold import GoldEvent, GoldItem, Said, read_gold
from comity.evaluation.matching import Agreement, Matched, Pair, match
from comity.evaluation.run import Evaluation, evaluate, evaluation_to_dict, load_gold
from comity.evaluation.scores import Count, Scores, Share, scores, scores_to_dict

__all__ = [
    "Agreement",
    "Count",
    "Evaluation",
    "GoldEvent",
    "GoldItem",
    "Matched",
    "Pair",
    "Said",
    "Scores",
    "Share",
    "evaluate",
    "evaluation_to_dict",
    "load_gold",
    "match",
    "read_gold",
    "scores",
    "scores_to_dict",
]
