"""The validation page: figures in, Markdown out. Every sentence that judges a figure is chosen by a rule from that figure
(`words`), so that a run with other data cannot leave a false sentence behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from comity.validation.backtest import FORECAST, Backtest, Question
from comity.validation.balance import Balance
from comity.validation.charts import charts
from comity.validation.run import Validation
from comity.validation.scoring import Bin, Skill
from comity.validation.sensitivity import COMPARISONS
from comity.validation.separation import Comparison
from comity.validation.words import (
    BAR,
    against_chance,
    area,
    balance_words,
    calibration_words,
    coverage_words,
    makeup_words,
    number,
    percent,
    pressure_words,
    reaches,
    sample_words,
    skill,
    skill_words,
)

HEADS = {
    ("allies", "rivals"): "allies above rivals",
    ("allies", "others"): "allies above others",
    ("others", "rivals"): "others above rivals",
    ("peaceful", "disputants"): "no dispute above dispute",
    ("allies", "rivals (TD)"): "allies above rivals (Thompson and Dreyer)",
}


def write_page(found: Validation, out: str | Path) -> tuple[Path, ...]:
    """Writes the page to `out` and its pictures into the folder of the same name beside it; returns the files."""
    path = Path(out)
    folder = path.parent / path.stem
    folder.mkdir(parents=True, exist_ok=True)
    files = [path]
    path.write_text(page(found, folder.name), encoding="utf-8")
    for name, drawing in charts(found).items():
        files.append(folder / name)
        files[-1].write_text(drawing, encoding="utf-8")
    return tuple(files)


def page(found: Validation, pictures: str) -> str:
    """The page as Markdown; `pictures` is the folder of its pictures, as seen from it."""
    sections = (_head, _data, _separation, _forecast, _balance, _sensitivity, _references)
    return "\n".join(line for section in sections for line in section(found, pictures)).rstrip() + "\n"


def _head(found: Validation, _pictures: str) -> Iterable[str]:
    main = _comparison(found, "allies", "rivals", 1)
    quarters = found.backtests[0]
    yield "# Validation"
    yield ""
    yield (
        "What the measures of Comity are worth, held against the record of others and against the years that followed. "
        "This page is written by one command and not by hand:"
    )
    yield ""
    yield "```sh"
    yield f"comity validate --data ../shared/data --out docs/validation.md --seed {found.seed} --draws {found.draws}"
    yield "```"
    yield ""
    yield "Intervals are of 90 %. Each sentence that judges a figure is chosen by a rule from the figure."
    yield ""
    yield "## In short"
    yield ""
    yield f"- **Allies and rivals.** {reaches(main.area, BAR)} {against_chance(main.area)}"
    yield f"- **Disputes.** {_dispute_words(found)}"
    yield f"- **Forecast.** {skill_words(quarters.index, 'CRPS', 'the next quarter’s index')}"
    yield f"- **Third parties.** {pressure_words(quarters)}"
    yield f"- **Balance.** {balance_words(found.balances, found.published)}"
    yield ""


def _dispute_words(found: Validation) -> str:
    thin, thick = (_comparison(found, "peaceful", "disputants", mass) for mass in (1, 10))
    return (
        f"States without a militarised dispute have the higher index with an AUC of {area(thin.area)}, and of "
        f"{area(thick.area)} where ten acts or more are remembered."
    )


def _data(found: Validation, _pictures: str) -> Iterable[str]:
    events = found.events
    yield "## Data"
    yield ""
    yield (
        f"- **Events**: ICEWS 2005–2015 as the list of quadruples that the knowledge-graph benchmarks made of it, validation "
        f"part: a sample of about a tenth of their ICEWS05-15, {events.rows:,} rows. `comity load icews` makes "
        f"{events.loaded:,} events of them, which fold into {events.acts:,} acts between {events.ties:,} pairs of actors. "
        f"Of the places of state actors {percent(events.states_resolved)} are resolved, of other named actors "
        f"{percent(events.others_resolved)}. Left out: "
        + "; ".join(f"{reason}: {count:,}" for reason, count in events.dropped.items())
        + ". The list has no sentences, publishers or sectors; who is private is read from the names."
    )
    yield "- **Alliances**: ATOP 5, dyad-years with obligations, 1815–2018 (Leeds et al. 2002)."
    yield (
        "- **Rivalries**: strategic rivalries 1494–2020 (Thompson, Sakuwa and Suhas 2022), and those of Thompson and Dreyer "
        "(2012), which end in 2010."
    )
    yield "- **Disputes**: militarised interstate disputes, GML 2.2.1, 1816–2010 (Gibler, Miller and Little 2016)."
    yield "- **Signed networks** of states, 1946–1999, from Correlates of War data (Doreian and Mrvar 2015)."
    yield "- **States**: Correlates of War state system membership, version 2016; our codes by `comity/data/interstate/cow_codes.csv`."
    yield ""
    yield (
        "All but the events come by way of the R packages peacesciencer (Miller 2022) and signnet. None of it is shipped with "
        "Comity. Files, with the beginning of their SHA-256: "
        + ", ".join(f"`{name}` {digest}" for name, digest in found.inputs.items())
        + "."
    )
    if found.unmapped:
        gone = ", ".join(f"{code} ({rows:,} rows)" for code, rows in found.unmapped.items())
        yield f"State numbers of ATOP without a code of ours: {gone}."
    yield ""


def _separation(found: Validation, pictures: str) -> Iterable[str]:
    main = _comparison(found, "allies", "rivals", 1)
    yield "## 1. Does the index part allies from rivals?"
    yield ""
    yield (
        "An observation is a dyad-year: the index on 31 December with the default settings (half-life 365 days, prior mass 1), "
        "of two members of the state system with at least one act remembered. The definitions were fixed before any figure "
        "was looked at."
    )
    yield ""
    yield "- **Allies**: a defence pact in force in that year, and no rivalry. **Rivals**: a strategic rivalry in that year, and no defence pact."
    yield f"- A dyad that is both is in neither class ({main.both} dyad-years)."
    yield "- **Disputants**: a militarised dispute in that year (to 2010). **Others**: no defence pact, rivalry or dispute."
    yield (
        "- The AUC is the chance that a random member of the first class has the higher index. Intervals come from drawing "
        "whole dyads; in brackets, from drawing whole states, which lets dyads that share a state move together."
    )
    yield ""
    yield f"![ROC curves of allies over rivals, by acts remembered]({pictures}/roc.svg)"
    yield ""
    for (first, second), head in HEADS.items():
        group = [one for one in found.comparisons if (one.first, one.second) == (first, second)]
        yield f"**{head[0].upper() + head[1:]}**, {group[0].years[0]}–{group[0].years[1]}"
        yield ""
        yield from _areas(group)
        yield ""
    yield "**By kind of pact**, over rivals (a pact may hold several obligations; dyads that are rivals too are left out):"
    yield ""
    yield "| pact | acts at least | AUC | by state | dyad-years | rivals |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for one in found.pacts:
        yield (
            f"| {one.first} | {one.min_mass} | {area(one.area)} | {_states(one)} | {one.area.positives:,} | "
            f"{one.area.negatives:,} |"
        )
    yield ""
    yield "**What the indexes are made of**"
    yield ""
    yield "| class | dyad-years | index: quartiles | fewer than 5 acts | reports | talks and promises | material conflict | a private party |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for made in found.makeups:
        quartiles = " / ".join(number(value, 2) for value in made.quartiles)
        yield (
            f"| {made.name} | {made.dyad_years:,} | {quartiles} | {percent(made.thin)} | {made.reports:,} | "
            f"{percent(made.talks)} | {percent(made.violence)} | {percent(made.private)} |"
        )
    yield ""
    yield "Reports are those of the year itself; a private party is anyone but government, military, parliament and intelligence."
    yield ""
    yield "### What this means"
    yield ""
    yield f"- {reaches(main.area, BAR)} {against_chance(main.area)}"
    for sentence in makeup_words(found.makeups, found.settings, found.comparisons):
        yield f"- {sentence}"
    yield f"- {sample_words(found.settings)}"
    yield ""


def _areas(group: Sequence[Comparison]) -> Iterable[str]:
    yield "| acts at least | AUC | by state | first class: dyad-years (dyads) | second class: dyad-years (dyads) |"
    yield "| ---: | ---: | ---: | ---: | ---: |"
    for one in group:
        found = one.area
        yield (
            f"| {one.min_mass} | {area(found)} | {_states(one)} | {found.positives:,} ({found.positive_dyads:,}) | "
            f"{found.negatives:,} ({found.negative_dyads:,}) |"
        )


def _states(one: Comparison) -> str:
    found = one.area
    return "–" if found.low_states is None else f"[{number(found.low_states)} … {number(found.high_states)}]"


def _forecast(found: Validation, pictures: str) -> Iterable[str]:
    yield "## 2. Does the forecast foretell, and does pressure?"
    yield ""
    yield (
        "Rolling origin, 2008–2015: at the start of each quarter every forecaster is fitted on what was known by then, and "
        "forecasts the quarter (or its months) of all ties with an act remembered. Index and features are those that a reader "
        "of the day would have measured. Losses: less is better. Skill is 1 − loss / loss of the other; its interval is the "
        "wider of two bootstraps, by tie and by quarter."
    )
    yield ""
    yield "- **persistence**: the index stays; its past errors give the chances. For the direction: how often a rise followed a last step like this one's."
    yield "- **fading alone**: nothing happens, so the index fades as known. **base rate**: the past frequency, for all the same."
    yield "- **autoregression**: the next index (or the direction) from this one alone. **pressure alone**: from third parties alone."
    yield "- **forecast without third parties**: the same model without pressure, its change and alignment."
    yield ""
    yield (
        "The form of the model (a chance of a move and a spread of moves, in points of score) was settled while looking at "
        "this backtest, so its skill over the plain ones is flattered a little. The comparison with and without third parties "
        "was no criterion in that."
    )
    yield ""
    for back in found.backtests:
        yield f"### By {back.period}s"
        yield ""
        yield from _backtest(back)
    quarters = found.backtests[0]
    yield "### Calibration"
    yield ""
    yield f"![What the forecast by quarters said, and how often it came]({pictures}/calibration.svg)"
    yield ""
    for title, bins in (
        ("The sign changes", quarters.sign_change.bins),
        ("The index rises, if anything happens", quarters.direction.bins),
    ):
        yield f"**{title}** (quarters)"
        yield ""
        yield from _bins(bins)
        yield ""
    yield "**Coverage of the 90 % interval**"
    yield ""
    yield "| steps | ties | forecasts | within the interval | mean width |"
    yield "| --- | --- | ---: | ---: | ---: |"
    for back in found.backtests:
        for name, (count, inside, width) in back.coverage.items():
            yield f"| {back.period}s | {name} | {count:,} | {percent(inside)} | {number(width, 2)} |"
    yield ""
    yield "Well-reported ties are those with Σ w of 5 or more. Where most likely nothing happens, the interval is narrow and holds more than nine tenths: it cannot hold less than the one value."
    yield ""
    yield "### What this means"
    yield ""
    for back in found.backtests:
        yield f"- {skill_words(back.index, 'CRPS', f'the index, by {back.period}s')}"
        yield f"- {skill_words(back.sign_change, 'Brier', f'sign changes, by {back.period}s')}"
        yield f"- {skill_words(back.direction, 'Brier', f'the direction of moves, by {back.period}s')}"
        yield f"- {pressure_words(back)}"
    yield f"- {calibration_words(quarters.sign_change.bins)}"
    yield f"- {coverage_words(found.backtests)}"
    yield ""


def _backtest(back: Backtest) -> Iterable[str]:
    yield f"**The index** at the next step: {back.index.rows:,} forecasts of {back.index.ties:,} ties at {back.origins} origins."
    yield ""
    yield from _scores(back.index, ("MAE", "CRPS"), "CRPS")
    yield ""
    yield f"**Whether its sign changes**: {back.sign_change.rows:,} forecasts; it did in {percent(back.sign_change.rate or 0, 2)}."
    yield ""
    yield from _scores(back.sign_change, ("Brier", "log"), "Brier")
    yield ""
    yield (
        f"**Direction of the next move**, where anything happened: {back.direction.rows:,} moves, of which "
        f"{percent(back.direction.rate or 0)} ended above where fading alone would have brought the index."
    )
    yield ""
    yield from _scores(back.direction, ("Brier", "log"), "Brier")
    yield ""
    well = back.well["sign change"]
    yield f"Of well-reported ties (Σ w of 5 or more; {well.rows:,} forecasts of {well.ties:,} ties) the forecast's skill is:"
    yield ""
    others = tuple(dict.fromkeys(other for question in back.well.values() for other in _others(question, FORECAST)))
    yield "| question | score | " + " | ".join(f"over {name}" for name in others) + " |"
    yield "| --- | --- |" + " ---: |" * len(others)
    for name, question in back.well.items():
        kind = "CRPS" if name == "index" else "Brier"
        skills = next(score for score in question.scores if score.name == FORECAST).skills[kind]
        cells = " | ".join(skill(skills[other]) if other in skills else "–" for other in others)
        yield f"| {name} | {kind} | {cells} |"
    yield ""


def _others(question: Question, name: str) -> tuple[str, ...]:
    scores = next(score for score in question.scores if score.name == name)
    return tuple(next(iter(scores.skills.values())))


def _scores(question: Question, kinds: Sequence[str], main: str) -> Iterable[str]:
    others = _others(question, FORECAST)
    yield (
        "| forecaster | "
        + " | ".join(kinds)
        + " | "
        + " | ".join(f"{main} skill over {name}" for name in others)
        + " |"
    )
    yield "| --- |" + " ---: |" * (len(kinds) + len(others))
    for score in question.scores:
        losses = " | ".join(number(score.losses[kind], 5) for kind in kinds)
        cells = " | ".join(_cell(score.skills.get(main, {}).get(other)) for other in others)
        yield f"| {score.name} | {losses} | {cells} |"


def _cell(found: Skill | None) -> str:
    return skill(found) if found else ""


def _bins(bins: Sequence[Bin]) -> Iterable[str]:
    yield "| chance given | forecasts | mean | came |"
    yield "| --- | ---: | ---: | ---: |"
    for one in bins:
        said, came = percent(one.said), percent(one.came)
        yield f"| {percent(one.low)} to {percent(one.high)} | {one.count:,} | {said} | {came} |"


def _balance(found: Validation, pictures: str) -> Iterable[str]:
    yield "## 3. Is the world balanced?"
    yield ""
    yield (
        "A triad is balanced when the product of its signs is positive. *By chance* is the mean over 100 shuffles of the signs "
        "on the same ties, and z how many standard deviations lie between. *Frustrated* is the share of ties that the best "
        "parting in two camps found leaves out; no parting leaves out less than the bound. Ties count by sign alone here. ICEWS: "
        "ties between states with an |index| of 1 or more on 31 December. Correlates of War: windows of four years that do "
        "not overlap."
    )
    yield ""
    yield f"![Share of balanced triads over the years, and by chance]({pictures}/balance.svg)"
    yield ""
    yield "| network | states | ties | hostile | triads | balanced | by chance | z | frustrated | bound |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for source, group in (("Correlates of War", found.published), ("ICEWS", found.balances)):
        for one in group:
            yield _balance_row(source, one)
    yield ""
    yield "### What this means"
    yield ""
    yield f"- {balance_words(found.balances, found.published)}"
    yield (
        "- The two sources are no continuation of each other: alliances and disputes last for years and are few, events are "
        "many and fleeting; and the years do not overlap."
    )
    yield ""


def _balance_row(source: str, one: Balance) -> str:
    shares = " | ".join("–" if value is None else percent(value) for value in (one.balanced, one.by_chance))
    z = "–" if one.z is None else number(one.z, 1)
    return (
        f"| {source} {one.label} | {one.states} | {one.ties:,} | {percent(one.hostile)} | {one.triads:,} | {shares} | {z} | "
        f"{percent(one.frustrated)} | {percent(one.least)} |"
    )


def _sensitivity(found: Validation, _pictures: str) -> Iterable[str]:
    yield "## 4. Would other settings have told otherwise?"
    yield ""
    yield (
        "Each row changes one thing from the defaults (bold). The rows on scores, acts and samples were added after the first "
        "figures were seen, to explain them. No default was changed for a figure. In brackets: acts at least."
    )
    yield ""
    heads = " | ".join(f"{HEADS[first, second]} ({mass})" for first, second, mass in COMPARISONS)
    yield f"| what | value | {heads} |"
    yield "| --- | --- |" + " ---: |" * len(COMPARISONS)
    for setting in found.settings:
        value = f"**{setting.value}**" if setting.default else setting.value
        yield f"| {setting.what} | {value} | " + " | ".join(area(setting.areas[key]) for key in COMPARISONS) + " |"
    yield ""
    yield "**The forecast by quarters under other half-lives** (skill)"
    yield ""
    yield "| half-life | index over persistence (CRPS) | index over fading (CRPS) | sign over base rate (Brier) | direction over base rate (Brier) | sign with over without third parties (Brier) |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: |"
    for one in found.skills:
        values = (
            one.index_over_persistence,
            one.index_over_fading,
            one.sign_over_base_rate,
            one.direction_over_base_rate,
            one.sign_over_own,
        )
        cells = " | ".join("–" if value is None else number(value) for value in values)
        yield f"| {one.half_life_days:g} days | {cells} |"
    yield ""


def _references(_found: Validation, _pictures: str) -> Iterable[str]:
    yield "## References"
    yield ""
    yield from (
        "- Boschee, E., J. Lautenschlager, S. O'Brien, S. Shellman, J. Starz and M. Ward (2015): *ICEWS Coded Event Data*. Harvard Dataverse. The quadruple list: García-Durán, A., S. Dumančić and M. Niepert (2018): Learning sequence encoders for temporal knowledge graph completion. *EMNLP*; by way of MMKB (Liu et al. 2019).",
        "- Brier, G. W. (1950): Verification of forecasts expressed in terms of probability. *Monthly Weather Review* 78.",
        "- Doreian, P., and A. Mrvar (2015): Structural balance and signed international relations. *Journal of Social Structure* 16.",
        "- Gibler, D. M., S. V. Miller and E. K. Little (2016): An analysis of the Militarized Interstate Dispute (MID) dataset, 1816–2001. *International Studies Quarterly* 60. Data: GML 2.2.1.",
        "- Gneiting, T., and A. E. Raftery (2007): Strictly proper scoring rules, prediction, and estimation. *Journal of the American Statistical Association* 102.",
        "- Hanley, J. A., and B. J. McNeil (1982): The meaning and use of the area under a receiver operating characteristic (ROC) curve. *Radiology* 143.",
        "- Leeds, B. A., J. M. Ritter, S. M. Mitchell and A. G. Long (2002): Alliance Treaty Obligations and Provisions, 1815–1944. *International Interactions* 28. Data: ATOP 5.",
        "- Lei, J., M. G'Sell, A. Rinaldo, R. J. Tibshirani and L. Wasserman (2018): Distribution-free predictive inference for regression. *Journal of the American Statistical Association* 113.",
        "- Miller, S. V. (2022): peacesciencer: an R package for quantitative peace science research. *Conflict Management and Peace Science* 39.",
        "- Snijders, T. A. B., and S. P. Borgatti (1999): Non-parametric standard errors and tests for network statistics. *Connections* 22.",
        "- Thompson, W. R., and D. R. Dreyer (2012): *Handbook of International Rivalries, 1494–2010*. CQ Press.",
        "- Thompson, W. R., K. Sakuwa and P. H. Suhas (2022): *Analyzing Strategic Rivalries in World Politics*. Springer.",
        "- Correlates of War Project (2017): *State System Membership List, v2016*.",
    )


def _comparison(found: Validation, first: str, second: str, mass: int) -> Comparison:
    return next(one for one in found.comparisons if (one.first, one.second, one.min_mass) == (first, second, mass))
