"""What becomes of a row, and the queries that say so: the reason for which it is left out, or none.

They ask the staging table `raw` and the small tables `acts`, `parties` and `terms` of distinct codes and parties.
"""

from __future__ import annotations

NO_ID, NO_DATE, NO_SOURCE, NO_TARGET = "no id", "no date", "no source", "no target, and the type needs one"
WHO_SOURCE, WHO_TARGET = "unknown source", "unknown target"
TWICE, MIRROR = "the same id again in the file", "the other side of an act that is loaded"
PRESENT = "already there"

# A party as a row gives it has a number; who it is may depend on the year.
JUDGE = f"""
CREATE TEMP TABLE judged AS
WITH told AS (
    SELECT r.n, r.own, r.day, r.last, r.reported, a.reason, a.needs_target,
           CASE WHEN a.swap THEN tp.number ELSE sp.number END AS s_number,
           CASE WHEN a.swap THEN sp.number ELSE tp.number END AS t_number
    FROM raw AS r JOIN acts AS a ON a.key IS NOT DISTINCT FROM r.act
    JOIN parties AS sp ON sp.name IS NOT DISTINCT FROM r.s_name AND sp.country IS NOT DISTINCT FROM r.s_country
                      AND sp.role IS NOT DISTINCT FROM r.s_role
    JOIN parties AS tp ON tp.name IS NOT DISTINCT FROM r.t_name AND tp.country IS NOT DISTINCT FROM r.t_country
                      AND tp.role IS NOT DISTINCT FROM r.t_role),
known AS (
    SELECT told.*, sp.given AS s_given, tp.given AS t_given,
           CASE WHEN sp.dated THEN st.actor ELSE sp.actor END AS source,
           CASE WHEN sp.dated THEN st.sector ELSE sp.sector END AS source_sector,
           CASE WHEN tp.dated THEN tt.actor ELSE tp.actor END AS target,
           CASE WHEN tp.dated THEN tt.sector ELSE tp.sector END AS target_sector
    FROM told JOIN parties AS sp ON sp.number = told.s_number JOIN parties AS tp ON tp.number = told.t_number
    LEFT JOIN terms AS st ON st.number = told.s_number AND st.year = year(told.day)
    LEFT JOIN terms AS tt ON tt.number = told.t_number AND tt.year = year(told.day))
SELECT n, day, '{{prefix}}' || own AS id, s_number, t_number, source, source_sector, target, target_sector,
       greatest(coalesce(reported, last, day), day) AS reported,
       t_given AND target IS NULL AS t_unknown,
       CASE WHEN own IS NULL THEN '{NO_ID}'
            WHEN day IS NULL THEN '{NO_DATE}'
            WHEN reason IS NOT NULL THEN reason
            WHEN NOT s_given THEN '{NO_SOURCE}'
            WHEN source IS NULL THEN '{WHO_SOURCE}'
            WHEN t_given AND target IS NULL THEN '{WHO_TARGET}'
            WHEN needs_target AND target IS NULL THEN '{NO_TARGET}' END AS verdict
FROM known
"""

AGAIN = """
SELECT j.n FROM judged AS j JOIN (
    SELECT {keys}, min(n) AS first FROM judged WHERE verdict IS NULL GROUP BY ALL HAVING count(*) > 1) AS again
USING ({keys}) WHERE j.n > again.first
"""

# Two rows are the two sides of one act when one telling has both with the parties exchanged; for a visit, when one tells of
# the guest and one of the host. The first of them stays. Where one side is told more often, each finds one on the other side.
SIDES = """
CREATE TEMP TABLE sides AS
WITH told AS (
    SELECT j.n, r.telling, r.day, a.sides, a.sides = '042' AS visit,
           CASE WHEN a.swap THEN r.t_name ELSE r.s_name END AS s, CASE WHEN a.swap THEN r.s_name ELSE r.t_name END AS t,
           a.swap
    FROM judged AS j JOIN raw AS r USING (n) JOIN acts AS a ON a.key IS NOT DISTINCT FROM r.act
    WHERE j.verdict IS NULL AND r.telling IS NOT NULL AND r.s_name <> r.t_name AND ({every})),
placed AS (
    SELECT *, CASE WHEN visit THEN s ELSE least(s, t) END AS p, CASE WHEN visit THEN t ELSE greatest(s, t) END AS q,
           CASE WHEN visit THEN swap ELSE s > t END AS side
    FROM told),
counted AS (
    SELECT *, row_number() OVER (PARTITION BY telling, day, sides, p, q, side ORDER BY n) AS k FROM placed)
SELECT n, row_number() OVER both_ = 2 AS second, count(*) OVER pair = 2 AND NOT visit AS reciprocal
FROM counted
WINDOW both_ AS (PARTITION BY telling, day, sides, p, q, k ORDER BY n), pair AS (PARTITION BY telling, day, sides, p, q, k)
"""
