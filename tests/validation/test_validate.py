"""The whole validation, on a small made-up world in the form of the data sets."""

from __future__ import annotations

import gzip
import json
import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from comity.cli import app
from comity.errors import InputError
from comity.validation import Validation, validate, validation_to_dict, write_page
from comity.validation.run import EVENTS, GOLDSTEIN

ALLIES = {"France": 220, "Germany": 255, "Poland": 290, "Italy": 325, "Spain": 230, "Norway": 385}
FOES = {"China": 710, "Iran": 630, "Japan": 740, "Mexico": 70, "Peru": 135, "India": 750}
NAMES, COW = [*ALLIES, *FOES], [*ALLIES.values(), *FOES.values()]
HALF, SIZE = len(ALLIES), len(NAMES)


def world(folder: Path) -> Path:
    """Twelve states: six are allied and kind to each other, rivals of the other six, and mostly rude to them."""
    random = np.random.default_rng(0)
    lines = []
    for _ in range(4400):
        a, b = random.choice(len(NAMES), 2, replace=False).tolist()
        kind = (a < HALF) == (b < HALF)
        act = "Praise or endorse" if (random.random() < 0.85) == kind else "Criticize or denounce"
        day = date(2005, 1, 1) + timedelta(days=int(random.integers(4015)))
        lines.append(f"{NAMES[a]}\t{act}\t{NAMES[b]}\t{day}")
    for part in ("icews", "interstate"):
        (folder / part).mkdir(parents=True)
    (folder / EVENTS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / GOLDSTEIN).write_text("name,code,goldstein\nPraise,051,3.4\nCriticize,111,-2\n")
    pairs = [(a, b) for a in range(SIZE) for b in range(SIZE) if a != b]
    pacts = "ccode1,ccode2,year,atop_defense,atop_offense,atop_neutral,atop_nonagg,atop_consul\n" + "".join(
        f"{COW[a]},{COW[b]},{year},1,0,0,1,0\n" for a, b in pairs if a < HALF and b < HALF for year in range(2005, 2016)
    )
    foes = [(COW[a], COW[b]) for a, b in pairs if a < HALF <= b]
    files = {
        "tss_rivalries.csv": "ccode1,ccode2,start,end\n" + "".join(f"{a},{b},2000,2020\n" for a, b in foes),
        "td_rivalries.csv": "ccode1,ccode2,styear,endyear\n" + "".join(f"{a},{b},2000,2010\n" for a, b in foes),
        "gml_mid_ddydisps.csv": "ccode1,ccode2,year\n" + "".join(f"{a},{b},2008\n" for a, b in foes[:6]),
        "cow_states.csv": "ccode,styear,endyear\n" + "".join(f"{code},1990,2016\n" for code in COW),
    }
    for name, text in files.items():
        (folder / "interstate" / name).write_text(text)
    (folder / "interstate" / "atop_alliance.csv.gz").write_bytes(gzip.compress(pacts.encode(), mtime=0))
    signed = "year_start,year_end,a,b,sign\n1990,1993,FRN,GMY,1\n1990,1993,FRN,IRN,-1\n1990,1993,GMY,IRN,-1\n"
    (folder / "interstate" / "signed_cow_networks.csv.gz").write_bytes(gzip.compress(signed.encode(), mtime=0))
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world(tmp_path_factory.mktemp("validation") / "data")


@pytest.fixture(scope="module")
def found(data: Path) -> Validation:
    return validate(data, draws=50)


def test_a_world_of_two_camps_is_seen_as_one(found: Validation) -> None:
    main = next(one for one in found.comparisons if (one.first, one.second, one.min_mass) == ("allies", "rivals", 1))
    assert main.area.value is not None and main.area.value > 0.95
    assert (main.area.positive_dyads, main.area.negative_dyads) == (15, 36)
    assert all(one.balanced is not None and one.balanced > 0.9 for one in found.balances)
    assert [one.label for one in found.published] == ["1990–1993"]


def test_every_part_of_the_page_has_its_figures(found: Validation) -> None:
    assert found.events.rows == 4400
    assert [back.period for back in found.backtests] == ["quarter", "month"]
    assert found.backtests[0].origins == 32 and found.backtests[1].origins == 96
    assert found.backtests[0].index.rows == 66 * 32
    assert sum(setting.default for setting in found.settings) == 2  # once among half-lives, once among priors
    assert json.dumps(validation_to_dict(found), allow_nan=True)


def test_the_page_says_what_the_figures_say(found: Validation, tmp_path: Path) -> None:
    paths = write_page(found, tmp_path / "validation.md")
    assert sorted(path.name for path in paths) == ["balance.svg", "calibration.svg", "roc.svg", "validation.md"]
    text = paths[0].read_text(encoding="utf-8")
    assert "it reaches the bar of 0.85" in text and "does not reach" not in text
    for number, heading in enumerate(("Does the index", "Does the forecast", "Is the world", "Would other"), 1):
        assert f"## {number}. {heading}" in text
    assert all(path.read_text(encoding="utf-8").startswith("<svg") for path in paths[1:])
    assert re.findall(r"\bnan\b|[^.] None\b", text) == []


def test_the_command_names_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["validate", "--data", str(tmp_path / "none")])
    assert result.exit_code == 2
    assert "there is no such folder (name the one that holds icews/ and interstate/: --data)" in result.stderr


def test_too_few_events_are_refused_with_the_reason(data: Path, tmp_path: Path) -> None:
    (tmp_path / "interstate").symlink_to(data / "interstate")
    (tmp_path / "icews").mkdir()
    (tmp_path / GOLDSTEIN).write_text("name,code,goldstein\n")
    (tmp_path / EVENTS).write_text("France\tPraise or endorse\tGermany\t2006-01-01\n")
    with pytest.raises(InputError, match=r"icews_2005_2015_valid.txt: too few events to forecast from: only 0 past"):
        validate(tmp_path, draws=50)


def test_a_folder_without_the_events_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "interstate").symlink_to(data / "interstate")
    with pytest.raises(InputError, match=r"icews_2005_2015_valid.txt: there is no such file"):
        validate(tmp_path)
