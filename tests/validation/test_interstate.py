"""Others' data on pairs of states: their numbers into our codes, their spans into years."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from comity.errors import InputError, TableError
from comity.validation.cow import cow_codes
from comity.validation.interstate import read_interstate, read_signed_networks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A few rows in the form of each file, made up."""
    texts = {
        "tss_rivalries.csv": "tssr_id,rivalry,ccode1,ccode2,start,end,positional\n1,Made up,365,369,2013,2020,1\n",
        "td_rivalries.csv": "rivalryno,rivalryname,ccode1,ccode2,styear,endyear\n1,Made up,369,365,2004,2006\n",
        "gml_mid_ddydisps.csv": "dispnum,ccode1,ccode2,year\n1,2,20,2006\n1,20,2,2006\n",
        "cow_states.csv": "stateabb,ccode,statenme,styear,endyear\nUSA,2,X,1816,2016\nYUG,345,Y,1878,2016\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    pacts = "ccode1,ccode2,year,atop_defense,atop_offense,atop_neutral,atop_nonagg,atop_consul\n"
    pacts += (
        "2,20,2005,1,0,0,0,1\n20,2,2005,1,0,0,0,1\n2,345,2005,0,0,0,1,0\n2,345,2006,0,0,0,1,0\n2,9999,2006,1,0,0,0,0\n"
    )
    (tmp_path / "atop_alliance.csv.gz").write_bytes(gzip.compress(pacts.encode(), mtime=0))
    (tmp_path / "signed_cow_networks.csv.gz").write_bytes(
        gzip.compress(b"year_start,year_end,a,b,sign\n1946,1949,AFG,IRN,1\n1950,1953,AFG,IRN,-1\n", mtime=0)
    )
    return tmp_path


def test_each_source_gives_undirected_dyad_years_in_our_codes(folder: Path) -> None:
    found = read_interstate(folder, 2005, 2015)
    assert found.pacts["defence"] == {("CAN", "USA", 2005)}
    # One number of theirs stands for two states of ours, by year.
    assert found.pacts["nonaggression"] == {("SCG", "USA", 2005), ("SRB", "USA", 2006)}
    assert found.rivals == {("RUS", "UKR", year) for year in (2013, 2014, 2015)}
    assert found.rivals_td == {("RUS", "UKR", 2005), ("RUS", "UKR", 2006)}
    assert found.disputes == {("CAN", "USA", 2006)}
    assert ("SRB", 2015) in found.members and ("SCG", 2015) not in found.members
    assert found.last["td_rivalries.csv"] == 2006


def test_numbers_without_a_code_are_counted(folder: Path) -> None:
    assert read_interstate(folder, 2005, 2015).unmapped == {9999: 1}


def test_signed_networks_come_by_window(folder: Path) -> None:
    assert [(one.start, one.end, one.edges) for one in read_signed_networks(folder)] == [
        (1946, 1949, (("AFG", "IRN", 1),)),
        (1950, 1953, (("AFG", "IRN", -1),)),
    ]


def test_a_missing_file_names_itself_and_the_mend(folder: Path) -> None:
    (folder / "tss_rivalries.csv").unlink()
    with pytest.raises(InputError, match=r"tss_rivalries.csv: there is no such file .*--data"):
        read_interstate(folder, 2005, 2015)


def test_a_file_without_its_columns_is_refused(folder: Path) -> None:
    (folder / "tss_rivalries.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"tss_rivalries.csv: cannot be read"):
        read_interstate(folder, 2005, 2015)


def test_the_shipped_codes_hold() -> None:
    codes = {(row.cow, year): row.code for row in cow_codes() for year in (1950, 2010) if row.start <= year <= row.end}
    assert (codes[365, 1950], codes[365, 2010], codes[345, 2010], codes[2, 2010]) == ("SUN", "RUS", "SRB", "USA")


def test_all_faults_of_the_table_are_told_at_once(tmp_path: Path) -> None:
    table = tmp_path / "codes.csv"
    table.write_text(
        "cow,abb,code,from,to,note\n2,USA,XYZ,,,\n20,CAN,CAN,2000,1990,\nx,A,CAN,,,\n5,B,CAN,,2000,\n5,B,USA,2000,,\n"
    )
    with pytest.raises(TableError) as caught:
        cow_codes(table)
    faults = caught.value.faults
    assert len(faults) == 4
    assert "codes.csv:2: code 'XYZ' is no actor" in faults[0]
    assert "number 5 stands for CAN and USA in 2000" in faults[3]
