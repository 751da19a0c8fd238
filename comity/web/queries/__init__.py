"""What pages and API ask of the other rooms: the one place that knows them.

In: a store and checked arguments (actor codes, ISO days); out: the values of `models`. Figures are those of `dyads`,
`structure` and `report`, reckoned nowhere else. By what is asked:

    stores      what the store holds, and its days
    directory   actors by name
    courses     the course of a tie, its directions, sides and change points, and the events behind it
    pushes      what pushes a tie, and what if some of the record were not there
    moves       what moved of late; all ties of a day
    graph       the network with its camps
    told        events and claims, with where they are told
    articles    documents
    judgements  the queue to review, corrections, and what can be said of an act
    alerts      what is watched, and what watching told
"""

from __future__ import annotations

from comity.web.queries.alerts import alert, alerts, alerts_feed, feeds
from comity.web.queries.articles import document, documents
from comity.web.queries.courses import (
    View,
    asymmetry,
    changes,
    course,
    parts_of,
    raw_course,
    tie_events,
)
from comity.web.queries.directory import actor, actor_counts, code_of, find_actors, partner_counts
from comity.web.queries.graph import network
from comity.web.queries.judgements import correction_out, corrections, ontology, review_queue
from comity.web.queries.lists import listed
from comity.web.queries.moves import movers, ties_now
from comity.web.queries.pushes import publishers, what_if, why
from comity.web.queries.stores import day_within, days_between, is_large, known_day, store_info
from comity.web.queries.told import event, events

__all__ = [
    "View",
    "actor",
    "actor_counts",
    "alert",
    "alerts",
    "alerts_feed",
    "asymmetry",
    "changes",
    "code_of",
    "correction_out",
    "corrections",
    "course",
    "day_within",
    "days_between",
    "document",
    "documents",
    "event",
    "events",
    "feeds",
    "find_actors",
    "is_large",
    "known_day",
    "listed",
    "movers",
    "network",
    "ontology",
    "partner_counts",
    "parts_of",
    "publishers",
    "raw_course",
    "review_queue",
    "store_info",
    "tie_events",
    "ties_now",
    "what_if",
    "why",
]
