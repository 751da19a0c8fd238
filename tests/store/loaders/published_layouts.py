"""Invented rows in the layouts in which the sets are published."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

ICEWS = (
    "Event ID|Event Date|Source Name|Source Sectors|Source Country|Event Text|CAMEO Code|Intensity|Target Name|Target Sectors"
    "|Target Country|Story ID|Sentence Number|Publisher|City|District|Province|Country|Latitude|Longitude"
).split("|")
POLECAT = (
    "Event ID|Event Date|Event Type|Event Mode|Intensity|Quad Code|Contexts|Actor Name|Actor Country|Actor COW"
    "|Primary Actor Sector|Actor Sectors|Actor Title|Actor Name Raw|Wikipedia Actor ID|Recipient Name|Recipient Country"
    "|Recipient COW|Primary Recipient Sector|Recipient Sectors|Recipient Title|Recipient Name Raw|Wikipedia Recipient ID"
    "|Placename|City|District|Province|Country|Latitude|Longitude|GeoNames ID|Raw Placename|Feature Type|Source"
    "|Publication Date|Story People|Story Organizations|Story Locations|Language|Version"
).split("|")
ACLED = (
    "event_id_cnty|event_date|year|time_precision|disorder_type|event_type|sub_event_type|actor1|assoc_actor_1|inter1|actor2"
    "|assoc_actor_2|inter2|interaction|civilian_targeting|iso|region|country|admin1|admin2|admin3|location|latitude|longitude"
    "|geo_precision|source|source_scale|notes|fatalities|tags|timestamp"
).split("|")
UCDP = (
    "id|relid|year|active_year|code_status|type_of_violence|conflict_dset_id|conflict_new_id|conflict_name|dyad_dset_id"
    "|dyad_new_id|dyad_name|side_a_dset_id|side_a_new_id|side_a|side_b_dset_id|side_b_new_id|side_b|number_of_sources"
    "|source_article|source_office|source_date|source_headline|source_original|where_prec|where_coordinates"
    "|where_description|adm_1|adm_2|latitude|longitude|geom_wkt|priogrid_gid|country|country_id|region|event_clarity"
    "|date_prec|date_start|date_end|deaths_a|deaths_b|deaths_civilians|deaths_unknown|best|high|low|gwnoa|gwnob"
).split("|")
PHOENIX = (
    "eid|story_date|year|month|day|source|source_root|source_agent|source_others|target|target_root|target_agent"
    "|target_others|code|root_code|quad_class|goldstein|joined_issues|lat|lon|placename|statename|countryname|aid|process"
).split("|")


def line(header: Sequence[str], delimiter: str = "\t", **values: object) -> str:
    """One row under a header; names of columns with `_` for blanks, what is not given is empty."""
    cells = dict.fromkeys(header, "")
    for name, value in values.items():
        column = next(column for column in header if column.lower().replace(" ", "_") == name.lower())
        cells[column] = str(value)
    out = io.StringIO()
    if delimiter == "\t":
        return delimiter.join(cells.values())
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells.values())
    return out.getvalue()


def icews(number: int, source: str, cameo: str, target: str, **more: object) -> str:
    """A row of an ICEWS file."""
    values = {
        "event_date": "2018-06-01",
        "source_name": source,
        "source_country": "NA",
        "source_sectors": "NA",
        "event_text": f"event {cameo}",
        "target_name": target,
        "target_country": "NA",
        "target_sectors": "NA",
        "story_id": number,
        "sentence_number": 1,
        "publisher": "The Daily",
    }
    return line(ICEWS, event_id=number, cameo_code=cameo, **(values | more))


def gdelt(
    number: int, source: str, code: str, target: str, *, width: int = 61, day: str = "20210105", **more: str
) -> str:
    """A row of a GDELT file: parties by their CAMEO codes, the first three letters being the country."""
    cells = [""] * width
    cells[0], cells[1] = str(number), day
    for start, party in ((5, source), (15, target)):
        country = party[:3] if party[:3] not in ("IGO", "GOV", "COP") else ""
        cells[start], cells[start + 1], cells[start + 2] = party, f"NAME {party}" if party else "", country
    cells[26], cells[28] = code, code[:2]
    if width == 61:
        cells[52], cells[59], cells[60] = (
            more.get("place", ""),
            "20210106120000",
            more.get("url", "https://www.daily.example/a"),
        )
    else:
        cells[50], cells[56] = more.get("place", ""), "20210106"
        if width == 58:
            cells[57] = more.get("url", "https://www.daily.example/a")
    return "\t".join(cells)


def write(path: Path, lines: Iterable[str], header: Sequence[str] | None = None, delimiter: str = "\t") -> Path:
    """A file of these lines, under a header where one is given."""
    out = [delimiter.join(header)] if header else []
    path.write_text("\n".join([*out, *lines]) + "\n", encoding="utf-8")
    return path


def all_formats(folder: Path) -> dict[str, Path]:
    """One small file of each data set, with rows that load and rows that do not."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "icews": write(
            folder / "events.2018.tab",
            [
                icews(1, "Norway", "057", "Chile", source_country="Norway", target_country="Chile"),
                icews(2, "Chile", "057", "Norway", source_country="Chile", target_country="Norway", story_id=1),
                icews(3, "Ministry (Norway)", "010", "Chile"),
                icews(4, "Norway", "112", "Nobody In Particular"),
                icews(5, "Norway", "112", "Chile", event_date="June"),
                "6\t2018-06-01\tNorway",
            ],
            ICEWS,
        ),
        "gdelt": write(
            folder / "20210106.export.CSV",
            [
                gdelt(11, "NOR", "112", "CHLGOV"),
                gdelt(12, "NORMIL", "190", "IGOUNO"),
                gdelt(13, "GOV", "112", "CHL"),
                gdelt(14, "NOR", "010", "CHL"),
                gdelt(15, "NOR", "0841", ""),
                gdelt(16, "NOR", "112", "CHL") + "\tone too many",
            ],
        ),
        "polecat": write(
            folder / "ngecEvents.DV.2023.txt",
            [
                line(POLECAT, event_id="a1", event_date="2023-01-02", event_type="ACCUSE", event_mode="disapprove",
                     contexts="military;legal", actor_name="Norway", actor_country="NOR", primary_actor_sector="GOV",
                     recipient_name="Chile", recipient_country="CHL", source="The Daily", publication_date="2023-01-03"),
                line(POLECAT, event_id="a2", event_date="2023-01-02", event_type="AID", event_mode="None",
                     actor_name="Norway", actor_country="NOR", recipient_name="None", recipient_country="None"),
                line(POLECAT, event_id="a3", event_date="2023-01-02", event_type="HUG", actor_name="Norway"),
            ],
            POLECAT,
        ),
        "acled": write(
            folder / "acled.csv",
            [
                line(ACLED, ",", event_id_cnty="SDN1", event_date="2023-04-15", event_type="Battles",
                     sub_event_type="Armed clash", actor1="Military Forces of Sudan (2019-)", inter1="1",
                     actor2="RSF: Rapid Support Forces", inter2="2", country="Sudan", source="Radio; Paper",
                     notes='Both sides, "all day", clashed.\nThey stopped at night.'),
                line(ACLED, ",", event_id_cnty="FRA1", event_date="16 February 2023", event_type="Protests",
                     sub_event_type="Peaceful protest", actor1="Protesters (France)", inter1="Protesters",
                     country="France", source="Paper"),
                line(ACLED, ",", event_id_cnty="FRA2", event_date="2023-02-16", event_type="Strategic developments",
                     sub_event_type="Other", actor1="Protesters (France)", country="France"),
            ],
            ACLED, ",",
        ),
        "ucdp": write(
            folder / "ged231.csv",
            [
                line(UCDP, ",", id=7, type_of_violence=1, side_a="Government of Ukraine",
                     side_b="Government of Russia (Soviet Union)", country="Ukraine", date_start="2022-03-01 00:00:00.000",
                     date_end="2022-03-02 00:00:00.000", best=12, source_office="Paper;Radio",
                     source_article='"Paper","2022-03-04","Clash"', source_date="2022-03-04", number_of_sources=1),
                line(UCDP, ",", id=8, type_of_violence=3, side_a="IS", side_b="Civilians", country="Iraq",
                     date_start="2015-03-01", date_end="2015-03-01", best=3),
                line(UCDP, ",", id=9, type_of_violence=2, side_a="Some Clan", side_b="Another Clan", country="Kenya",
                     date_start="2015-03-01", date_end="2015-03-01", best=3),
            ],
            UCDP, ",",
        ),
        "phoenix": write(
            folder / "PhoenixNYT_1945-2005.csv",
            [
                line(PHOENIX, ",", eid="NYT1", story_date="1/5/1990", year=1990, month=1, day=5, source="NORGOV",
                     source_root="NOR", target="CHL", target_root="CHL", code="43", root_code="4", aid="a1"),
                line(PHOENIX, ",", eid="NYT2", story_date="1990-01-05", source="---", source_root="", target="CHL",
                     target_root="CHL", code="112", root_code="11", aid="a1"),
            ],
            PHOENIX, ",",
        ),
    }  # fmt: skip
