"""Figures become words, by rules alone: the same figure always gets the same sentence."""

from __future__ import annotations

from collections.abc import Sequence

from comity.validation.backtest import (
    AUTOREGRESSION,
    BASE,
    FADING,
    FORECAST,
    OWN_ONLY,
    PERSISTENCE,
    PRESSURE,
    Backtest,
    Question,
)
from comity.validation.balance import Balance
from comity.validation.makeup import Makeup
from comity.validation.roc import Area
from comity.validation.scoring import Bin, Skill
from comity.validation.sensitivity import Setting
from comity.validation.separation import Comparison

# What the project asks of the index: allies above rivals.
BAR = 0.85
LEVEL = 0.9
# A skill in CRPS or Brier score below this is of no use to anybody, however surely it is above 0.
NOTABLE = 0.01
# An AUC that differs by less than this is the same for our purposes.
SAME = 0.03


def number(value: float | None, digits: int = 3) -> str:
    """A figure with a true minus sign; "–" where there is none."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    return text.replace("-", "−") if float(text) else text.replace("-", "")


def percent(value: float, digits: int = 1) -> str:
    return f"{100 * value:.{digits}f} %".replace("-", "−")


def area(found: Area) -> str:
    """An AUC with its interval."""
    if found.value is None:
        return "–"
    return f"{number(found.value)} [{number(found.low)} … {number(found.high)}]"


def skill(found: Skill) -> str:
    """A skill with its interval."""
    if found.value is None:
        return "–"
    return f"{number(found.value)} [{number(found.low)} … {number(found.high)}]"


def reaches(found: Area, bar: float) -> str:
    """Whether an AUC reaches a bar, and how surely."""
    if found.value is None or found.low is None or found.high is None:
        return f"Allies and rivals cannot be compared here; the bar of {bar:g} is not tested."
    head = f"The AUC of allies over rivals is {area(found)}"
    if found.low >= bar:
        return f"{head}: it reaches the bar of {bar:g}."
    if found.value >= bar:
        return f"{head}: it reaches the bar of {bar:g}, but its interval goes below."
    if found.high >= bar:
        return f"{head}: it does not reach the bar of {bar:g}, which its interval includes."
    return f"{head}: it does not reach the bar of {bar:g}."


def against_chance(found: Area) -> str:
    """Whether an AUC is above that of a coin, 0.5."""
    if found.low is None or found.high is None:
        return ""
    if found.low > 0.5:
        return "That is better than chance."
    if found.high < 0.5:
        return "That is worse than chance: rivals have the higher index."
    return "That cannot be told from chance."


def makeup_words(
    makeups: Sequence[Makeup], settings: Sequence[Setting], comparisons: Sequence[Comparison]
) -> list[str]:
    """Why the index parts the classes as it does, as far as the figures say."""
    by = {made.name: made for made in makeups}
    allies, rivals = by["allies"], by["rivals"]
    words = []
    if abs(allies.talks - rivals.talks) < 0.5 * max(allies.talks, rivals.talks) and rivals.talks > 0.4:
        words.append(
            f"Rivals talk: {percent(rivals.talks, 0)} of what is reported between them are talks and promises to talk, "
            f"{percent(allies.talks, 0)} between allies; material conflict is {percent(rivals.violence, 0)} and "
            f"{percent(allies.violence, 0)}. An index of the mean tone of acts sees diplomacy where a rivalry is managed by it."
        )
    if allies.thin > 0.5:
        words.append(
            f"Little is on record: {percent(allies.thin, 0)} of the dyad-years of allies and {percent(rivals.thin, 0)} of those "
            "of rivals rest on fewer than five acts. The prior draws a tie with little on record towards 0, so that a friendly "
            "tie of one act ranks below a rivalry with many friendly visits."
        )
    flat = _value(settings, "prior mass", "0", ("allies", "rivals", 1))
    main = _default(settings, ("allies", "rivals", 1))
    if flat is not None and main is not None and flat - main > SAME:
        words.append(
            f"Without the prior the AUC is {number(flat)} instead of {number(main)}: the index is made to compare a tie with "
            "itself over time; between ties it mixes tone with how much is on record."
        )
    thick = [
        one for one in comparisons if (one.first, one.second) == ("allies", "rivals") and one.area.value is not None
    ]
    if len(thick) > 1 and (thick[-1].area.value or 0) - (thick[0].area.value or 0) > SAME:
        last = thick[-1]
        words.append(
            f"It grows with what is on record: {number(thick[0].area.value)} with {thick[0].min_mass} act or more, "
            f"{number(last.area.value)} with {last.min_mass} or more, where {last.area.positive_dyads} allied and "
            f"{last.area.negative_dyads} rival dyads are left."
        )
    official = _value(settings, "acts", "between organs of state alone", ("allies", "rivals", 5))
    base = _default(settings, ("allies", "rivals", 5))
    if official is not None and base is not None and official - base > SAME:
        words.append(
            f"Crime and courts count as the state's: {percent(allies.private, 0)} of the reports between allies name a private "
            f"party, police or court ({percent(rivals.private, 0)} between rivals). With acts between organs of state alone the AUC "
            f"at five acts or more is {number(official)} instead of {number(base)}."
        )
    best = max(
        (
            (setting.areas["allies", "rivals", 1].value or 0.0, setting)
            for setting in settings
            if not setting.what.startswith("sample")
        ),
        key=lambda pair: pair[0],
    )
    if best[0] < BAR:
        words.append(
            f"No setting of section 4 reaches the bar on all dyad-years; the highest is {number(best[0])} "
            f"({best[1].what}: {best[1].value})."
        )
    else:
        words.append(f"Of the settings of section 4, {best[1].what} ({best[1].value}) reaches {number(best[0])}.")
    return words


def sample_words(settings: Sequence[Setting]) -> str:
    """Whether more events would help, from what fewer do."""
    key = ("peaceful", "disputants", 5)
    halves = [
        _value(settings, "sample", name, key)
        for name in ("an eighth of the events", "a quarter of the events", "half of the events")
    ]
    values = [*halves, _default(settings, key)]
    known = [value for value in values if value is not None]
    pair = ("allies", "rivals", 5)
    allied = [_value(settings, "sample", "a quarter of the events", pair), _default(settings, pair)]
    head = "With an eighth, a quarter, half and all of the events the AUC of peace over dispute (five acts or more) is "
    text = head + ", ".join(number(value) for value in values)
    grows = len(known) > 1 and known[-1] - known[0] > SAME
    text += ": more events help there." if grows else ": more events do not help there."
    if None not in allied and abs((allied[1] or 0) - (allied[0] or 0)) > SAME:
        way = "rises" if (allied[1] or 0) > (allied[0] or 0) else "falls"
        return (
            text
            + f" For allies over rivals it {way} from {number(allied[0])} with a quarter to {number(allied[1])} with all."
        )
    return (
        text
        + f" For allies over rivals it hardly moves ({number(allied[0])} with a quarter, {number(allied[1])} with all)."
    )


def skill_words(question: Question, kind: str, what: str) -> str:
    """How the forecast fares against the plain ones, and which of them it does not beat."""
    skills = next(score for score in question.scores if score.name == FORECAST).skills[kind]
    plain = [name for name in (PERSISTENCE, FADING, BASE, AUTOREGRESSION) if name in skills]
    better = [name for name in plain if (skills[name].low or 0) > 0]
    worse = [name for name in plain if skills[name].high is not None and (skills[name].high or 0) < 0]
    level = [name for name in plain if name not in better and name not in worse]
    parts = []
    if better:
        parts.append("is better than " + _list([f"{name} ({number(skills[name].value)})" for name in better]))
    if level:
        parts.append("cannot be told from " + _list([f"{name} ({number(skills[name].value)})" for name in level]))
    if worse:
        parts.append("is worse than " + _list([f"{name} ({number(skills[name].value)})" for name in worse]))
    return f"Of {what} the forecast {'; it '.join(parts)} (skill in {kind})."


def pressure_words(back: Backtest) -> str:
    """Whether third parties foretell anything: the forecast with them against that without, and they alone."""
    found = []
    useful = harmful = False
    for name, question, kind in (
        ("the index", back.index, "CRPS"),
        ("sign changes", back.sign_change, "Brier"),
        ("the direction", back.direction, "Brier"),
    ):
        gained = next(score for score in question.scores if score.name == FORECAST).skills[kind][OWN_ONLY]
        sure = "surely more" if (gained.low or 0) > 0 else "surely less" if (gained.high or 0) < 0 else "not told apart"
        useful |= (gained.low or 0) > 0 and (gained.value or 0) >= NOTABLE
        harmful |= (gained.high or 0) < 0
        found.append(f"{name} {skill(gained)} ({sure})")
    alone = next(score for score in back.direction.scores if score.name == PRESSURE).skills["Brier"][BASE]
    verdict = (
        "Third-party pressure adds something of use to the forecast."
        if useful
        else "Third-party pressure adds nothing of use to the forecast: what it adds is below 1 %."
    )
    harm = " On some questions it does harm." if harmful else ""
    return (
        f"{verdict}{harm} By {back.period}s, skill of the forecast with third parties over that without: {'; '.join(found)}. "
        f"Pressure alone foretells the direction of moves with a skill of {skill(alone)} over the base rate."
    )


def calibration_words(bins: Sequence[Bin]) -> str:
    """How far the chances given stray from how often it came, weighted by how many they are."""
    count = sum(one.count for one in bins)
    gap = sum(one.count * abs(one.said - one.came) for one in bins) / max(count, 1)
    worst = max((one for one in bins if one.count >= 20), key=lambda one: abs(one.said - one.came), default=None)
    text = f"The chances of a sign change stray from what came by {percent(gap, 2)} on average"
    if worst is None:
        return text + "."
    return (
        f"{text}; farthest where {percent(worst.low)} to {percent(worst.high)} was given: {percent(worst.said)} said, "
        f"{percent(worst.came)} came ({worst.count:,} forecasts)."
    )


def coverage_words(backtests: Sequence[Backtest]) -> str:
    """Whether the intervals hold what they promise."""
    parts = [
        f"{percent(inside)} of {name} by {back.period}s"
        for back in backtests
        for name, (_, inside, _) in back.coverage.items()
        if name != "other ties"
    ]
    least = min(inside for back in backtests for _, inside, _ in back.coverage.values())
    held = "hold what they promise" if least >= LEVEL - 0.01 else "promise more than they hold"
    return f"The 90 % intervals {held}: they hold the outcome for {_list(parts)}."


def balance_words(ours: Sequence[Balance], published: Sequence[Balance]) -> str:
    """How balanced the networks are beside chance."""
    parts = []
    for name, group in (("ICEWS", ours), ("Correlates of War", published)):
        shares = [one.balanced for one in group if one.balanced is not None]
        chances = [one.by_chance for one in group if one.by_chance is not None]
        depths = [one.z for one in group if one.z is not None]
        if not shares:
            parts.append(f"{name} has no triads")
            continue
        least = min(depths, default=0.0)
        more = "always more than chance" if least > 2 else "not always more than chance"
        parts.append(
            f"in the networks of {name} {percent(min(shares), 0)} to {percent(max(shares), 0)} of the triads are balanced, "
            f"{more} (by chance {percent(min(chances), 0)} to {percent(max(chances), 0)}; least z {number(least, 1)})"
        )
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."


def _value(settings: Sequence[Setting], what: str, value: str, key: tuple[str, str, int]) -> float | None:
    return next((one.areas[key].value for one in settings if (one.what, one.value) == (what, value)), None)


def _default(settings: Sequence[Setting], key: tuple[str, str, int]) -> float | None:
    return next((one.areas[key].value for one in settings if one.default), None)


def _list(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
