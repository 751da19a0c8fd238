"""The six data sets: for each, which of its fields make our columns, and how its codes and parties are read.

An expression is SQL over the fields of comity/data/loaders/columns.csv or positions.csv (a field that a file lacks is NULL). What
is done per row is done by DuckDB; `act` and `party` see each distinct code and party once.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from comity.actors.index import fold
from comity.ontology import load_ontology
from comity.store.loaders.acts import UNKNOWN_CODE, Act, cameo_act, plover_act, row_act
from comity.store.loaders.parties import Names, Party
from comity.store.loaders.tables import SECTORS

Text = str | None
# Name, country and role of a party, and the day as of which it is read.
PartyReader = Callable[[Names, Text, Text, Text, Text], Party]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """How a data set is read.

    `rows`: SQL for each column of the staging table (`STAGE` of loading.py). `nulls`: words that stand for nothing.
    `delimiters`: what may part the columns of its files. `same_telling`: two rows with the same `telling` are of one sentence,
    so that any code with the parties exchanged is the other side of one act; else only codes that are always written twice.
    `reused_ids`: the set gives an id again on another day. `stable`: a row never changes its day in a later release.
    """

    name: str
    title: str
    rows: Mapping[str, str]
    act: Callable[[Names, str], Act]
    party: PartyReader
    nulls: tuple[str, ...] = ("",)
    delimiters: str = "\t,;"
    same_telling: bool = False
    reused_ids: bool = False
    stable: bool = True
    lists: tuple[str, ...] = ()


def day(text: str, *formats: str) -> str:
    """SQL for a date in one of these forms, NULL where it has none."""
    listed = ", ".join(f"'{form}'" for form in formats or ("%Y-%m-%d",))
    return f"try_strptime({text}, [{listed}])::DATE"


@functools.cache
def _labels() -> dict[str, str]:
    return {fold(label): code for code, label in load_ontology().cameo_labels.items() if len(code) > 2}


def _icews_act(names: Names, key: str) -> Act:
    code, _, text = key.partition("|")
    named = names.tables.icews_texts.get(fold(text)) or _labels().get(fold(text))
    # The code is the set's own word; a spreadsheet may have taken its leading zero, and a list has none.
    act = cameo_act(code if len(code) > 2 or not named else named, names.tables)
    if act.reason == UNKNOWN_CODE and named:
        return cameo_act(named, names.tables)
    return act


def _icews_party(names: Names, name: Text, country: Text, role: Text, when: Text) -> Party:
    sectors = [sector.strip() for sector in (role or "").split(",")]
    ours = None
    for sector, own in names.tables.icews_sectors:
        tail = sector.removeprefix("*")
        if any(one.endswith(tail) if tail != sector else one == sector for one in sectors):
            ours = own
            break
    return names.read(name, country, ours, when)


ICEWS = Dataset(
    name="icews",
    title="ICEWS",
    rows={
        "own": "id",
        "day": day("left(date, 10)", "%Y-%m-%d", "%m/%d/%Y"),
        "last": "NULL",
        "reported": "NULL",
        "basis": "'document'",
        "s_name": "source_name",
        "s_country": "source_country",
        "s_role": "source_sectors",
        "t_name": "target_name",
        "t_country": "target_country",
        "t_role": "target_sectors",
        "act": "concat(cameo, '|', text)",
        "wording": "concat_ws(': ', text, quotation)",
        "story": "story",
        "sentence": "try_cast(sentence AS INTEGER)",
        "publisher": "publisher",
        "place": "nullif(concat_ws(', ', city, province, country), '')",
        "origin": "NULL",
        # A list has no sentences: there the day alone tells what belongs together.
        "telling": "CASE WHEN story IS NULL THEN date ELSE concat_ws('/', date, story, sentence) END",
    },
    act=_icews_act,
    party=_icews_party,
    nulls=("", "NA", "NULL", "\\N"),
    same_telling=True,
    reused_ids=True,
    lists=("quadruple list",),
)


# Codes that a spreadsheet robbed of their leading zero: the root code, which it robbed too, tells.
_WHOLE_CODE = "CASE WHEN starts_with(code, lpad(root_code, 2, '0')) OR root_code IS NULL THEN code ELSE '0' || code END"


def _cameo(names: Names, key: str) -> Act:
    return cameo_act(key, names.tables)


def _cameo_party(names: Names, name: Text, country: Text, role: Text, when: Text) -> Party:
    """A party by its CAMEO code, of three letters each: a country or region, a known group, roles."""
    parts = re.findall("...", role or "")
    known = names.tables.cameo_countries
    places = [part for part in (country, *parts[:1]) if part and (part in known or names.is_state(part))]
    home = next((known.get(part, part) for part in places), None)
    sector = next((names.tables.cameo_types[kind] for kind in names.tables.cameo_types if kind in parts), None)
    group = next((names.tables.cameo_groups[part] for part in parts if part in names.tables.cameo_groups), None)
    region = bool(places) and home is None
    # A code of a country that our tables lack is a state's all the same.
    state = bool(home) or (bool(country) and not region)
    if group is not None:
        body = names.whole(group, when)
        if body is not None:
            return Party(actor=body.actor, sector=sector or body.sector, state=state, dated=body.dated)
    if home is not None:
        bare = len(role or "") <= 3
        return Party(actor=home, sector=sector or ("GOV" if bare else None), state=True)
    return Party(state=state, named=bool(name or role) and not region)


_SITE = "split_part(lower(split_part(url, '/', 3)), ':', 1)"

GDELT = Dataset(
    name="gdelt",
    title="GDELT",
    rows={
        "own": "id",
        "day": day("date", "%Y%m%d"),
        "last": "NULL",
        "reported": day("left(added, 8)", "%Y%m%d"),
        "basis": "'document'",
        "s_name": "actor1_name",
        "s_country": "actor1_country",
        "s_role": "actor1_code",
        "t_name": "actor2_name",
        "t_country": "actor2_country",
        "t_role": "actor2_code",
        "act": _WHOLE_CODE,
        "wording": "NULL",
        "story": "left(md5(url), 16)",
        "sentence": "NULL",
        # Some sources are no addresses but names ("BBC Monitoring").
        "publisher": f"CASE WHEN contains(url, '://') THEN CASE WHEN starts_with({_SITE}, 'www.') THEN substr({_SITE}, 5) "
        f"ELSE {_SITE} END ELSE url END",
        "place": "place",
        "origin": "CASE WHEN contains(url, '://') THEN url END",
        "telling": "concat_ws('/', coalesce(url, added), place)",
    },
    act=_cameo,
    party=_cameo_party,
    delimiters="\t",
)


def _polecat_act(_names: Names, key: str) -> Act:
    ontology = load_ontology()
    event, mode, contexts = (*key.split("|"), "", "")[:3]
    if event.upper() not in ontology.types:
        return Act(reason=UNKNOWN_CODE)
    event = event.upper()
    known = re.sub(r"[ _]+", "-", mode.strip().lower())
    known = known if known in ontology.modes[event] else ""
    about = [re.sub(r"[ -]+", "_", item.strip().lower()) for item in re.split("[;,]", contexts)]
    label = f"{event} {mode.strip()}".strip()
    return plover_act(
        event,
        known or None,
        tuple(dict.fromkeys(item for item in about if item in ontology.contexts)),
        label=label,
        # Both sides of a meeting meet; a visit has a guest and a host.
        reciprocal=event == "CONSULT" and known != "visit",
        rule=f"plover {label}",
    )


def _polecat_party(names: Names, name: Text, country: Text, role: Text, when: Text) -> Party:
    # Several parties stand in one cell, joined by semicolons: the first is read.
    first, home, sector = (part.split(";")[0].strip() if part else None for part in (name, country, role))
    code = {"KOS": "XKX", "XKS": "XKX"}.get(home or "", home)
    known = code if names.is_state(code) else None
    own = (sector or "").upper()
    party = names.read(first, None, own if own in SECTORS and own != "UNK" else None, when, known)
    return replace(party, state=party.state or bool(home))


POLECAT = Dataset(
    name="polecat",
    title="POLECAT",
    rows={
        "own": "id",
        "day": day("left(date, 10)"),
        "last": "NULL",
        "reported": day("left(published, 10)"),
        "basis": "'document'",
        "s_name": "actor_name",
        "s_country": "actor_country",
        "s_role": "actor_sector",
        "t_name": "recipient_name",
        "t_country": "recipient_country",
        "t_role": "recipient_sector",
        "act": "concat_ws('|', coalesce(type, ''), coalesce(mode, ''), coalesce(contexts, ''))",
        "wording": "CASE WHEN headline IS NOT NULL THEN concat_ws(': ', concat_ws(' ', type, mode), headline) END",
        "story": "NULL",
        "sentence": "NULL",
        "publisher": "publisher",
        "place": "nullif(concat_ws(', ', city, province, country), '')",
        "origin": "NULL",
        "telling": "NULL",
    },
    act=_polecat_act,
    party=_polecat_party,
    nulls=("", "None", "NULL", "NA", "nan", "\\N"),
)


def _acled_act(names: Names, key: str) -> Act:
    kind, _, subtype = key.partition("|")
    table = names.tables.acled_acts
    row = table.get((fold(kind), fold(subtype))) or table.get((fold(kind), ""))
    return row_act(row, f"acled {kind}{': ' if subtype else ''}{subtype}")


# "Military Forces of Yemen (2017-) Houthi": whose, and which of them.
_ACLED_STATE = re.compile(r"^(?P<what>.*?\bof) (?:the )?(?P<state>.+?) \(\d{4}-(?:\d{4})?\)(?: (?P<part>.+))?$")


def _acled_party(names: Names, name: Text, _country: Text, role: Text, when: Text) -> Party:
    if not name:
        return Party(named=False)
    sector, state = names.tables.acled_inter.get(fold(role or ""), (None, False))
    match = _ACLED_STATE.match(name)
    if match:
        what = fold(match["what"])
        own = "COP" if "police" in what else "GOV" if "government" in what else "MIL" if "military" in what else sector
        part = names.whole(match["part"], when) if match["part"] else None
        if part is not None and not names.is_state(part.actor):
            return Party(actor=part.actor, sector=part.sector or own, state=True, dated=part.dated)
        home = names.country(match["state"])
        return Party(actor=home, sector=own, state=True)
    short, _, full = name.partition(": ")
    for form in (name, full, short) if full else (name,):
        body = names.whole(form, when)
        if body is not None and not (names.is_state(body.actor) and state):
            return Party(actor=body.actor, sector=body.sector or sector, state=state, dated=body.dated)
    party = names.read(full or name, None, sector, when)
    return replace(party, state=party.state or state)


ACLED = Dataset(
    name="acled",
    title="ACLED",
    rows={
        "own": "id",
        "day": day("date", "%Y-%m-%d", "%d %B %Y", "%d-%B-%Y", "%d %b %Y", "%d-%b-%Y", "%d/%m/%Y"),
        "last": "NULL",
        # `timestamp` is when the row was last changed, which would hide old events from an as-of question.
        "reported": "NULL",
        "basis": "'explicit'",
        "s_name": "actor1",
        "s_country": "NULL",
        "s_role": "inter1",
        "t_name": "actor2",
        "t_country": "NULL",
        "t_role": "inter2",
        "act": "concat_ws('|', coalesce(type, ''), coalesce(subtype, ''))",
        "wording": "concat_ws(': ', coalesce(subtype, type), notes)",
        "story": "NULL",
        "sentence": "NULL",
        "publisher": "trim(split_part(source, ';', 1))",
        "place": "nullif(concat_ws(', ', location, admin1, country), '')",
        "origin": "NULL",
        "telling": "NULL",
    },
    act=_acled_act,
    party=_acled_party,
    nulls=("", "NA", "NULL", "None"),
    stable=False,
)


def _ucdp_act(names: Names, key: str) -> Act:
    return row_act(names.tables.ucdp_acts.get(key), f"ucdp type {key}")


def _ucdp_party(names: Names, name: Text, country: Text, role: Text, when: Text) -> Party:
    if not name:
        return Party(named=False)
    if fold(name) == "civilians":
        home = names.country(country)
        return Party(actor=home, sector="CVL", state=True)
    own = name.removeprefix("Government of ")
    if own != name:
        home = names.country(own) or names.country(own.partition(" (")[0])
        return Party(actor=home, sector="GOV", state=True)
    return names.read(name, None, "REB" if role == "1" else None, when)


UCDP = Dataset(
    name="ucdp",
    title="UCDP GED",
    rows={
        "own": "id",
        "day": day("left(date_start, 10)", "%Y-%m-%d", "%d/%m/%Y"),
        "last": day("left(date_end, 10)", "%Y-%m-%d", "%d/%m/%Y"),
        "reported": day("nullif(regexp_extract(source_date, '\\d{4}-\\d\\d-\\d\\d'), '')"),
        "basis": "'explicit'",
        "s_name": "side_a",
        # Only civilians have no name of their own: they are those of the country in which it happened.
        "s_country": "CASE WHEN lower(side_a) = 'civilians' THEN country END",
        "s_role": "type",
        "t_name": "side_b",
        "t_country": "CASE WHEN lower(side_b) = 'civilians' THEN country END",
        "t_role": "type",
        "act": "type",
        "wording": "CASE type WHEN '1' THEN 'State-based conflict' WHEN '2' THEN 'Non-state conflict' "
        "ELSE 'One-sided violence' END || coalesce(', ' || best || ' deaths (best estimate)', '')",
        "story": "left(md5(article), 16)",
        "sentence": "NULL",
        "publisher": "nullif(trim(split_part(office, ';', 1)), '')",
        "place": "nullif(concat_ws(', ', \"where\", adm_1, country), '')",
        "origin": "NULL",
        "telling": "NULL",
    },
    act=_ucdp_act,
    party=_ucdp_party,
    nulls=("", "NA", "NULL"),
    stable=False,
)

# A date in three columns, for rows whose date is written in a way of its own.
_PARTS = "concat_ws('-', year, month, day)"

PHOENIX = Dataset(
    name="phoenix",
    title="Phoenix",
    rows={
        "own": "id",
        "day": f"coalesce({day('date', '%Y-%m-%d', '%Y%m%d', '%m/%d/%Y')}, {day(_PARTS)})",
        "last": "NULL",
        "reported": "NULL",
        "basis": "'document'",
        "s_name": "source",
        "s_country": "source_root",
        "s_role": "source",
        "t_name": "target",
        "t_country": "target_root",
        "t_role": "target",
        "act": _WHOLE_CODE,
        "wording": "NULL",
        # A sentence of the real-time set is "story_number"; the historical set names the article alone.
        "story": "coalesce(article, nullif(regexp_replace(split_part(sentence_id, ';', 1), '_\\d+$', ''), ''))",
        "sentence": "try_cast(nullif(regexp_extract(split_part(sentence_id, ';', 1), '_(\\d+)$', 1), '') AS INTEGER)",
        "publisher": "coalesce(split_part(outlets, ';', 1), CASE WHEN {file} LIKE '%NYT%' THEN 'New York Times' "
        "WHEN {file} LIKE '%SWB%' THEN 'BBC Summary of World Broadcasts' "
        "WHEN {file} LIKE '%FBIS%' THEN 'Foreign Broadcast Information Service' END)",
        "place": "nullif(concat_ws(', ', placename, statename, countryname), '')",
        "origin": "nullif(split_part(urls, ';', 1), '')",
        "telling": "coalesce(sentence_id, article)",
    },
    act=_cameo,
    party=_cameo_party,
    nulls=("", "NA", "NULL", "None", "---", "nan"),
)

DATASETS: Mapping[str, Dataset] = {dataset.name: dataset for dataset in (GDELT, ICEWS, POLECAT, ACLED, UCDP, PHOENIX)}
