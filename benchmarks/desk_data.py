"""A programme store as full as the client measures with: 40,000 measures and 20,000 rows of history."""

from __future__ import annotations

from pathlib import Path

import duckdb

MEASURES, LOG_ROWS, ROWS_PER_SET = 40_000, 20_000, 100

_MEASURES = """
    INSERT INTO measure
    SELECT own.* EXCLUDE (place) REPLACE ('voll-' || n AS measure_id, title || ' ' || n AS title,
                                          (entered_at - INTERVAL (n % 700) DAY) AS entered_at)
    FROM (SELECT *, row_number() OVER (ORDER BY measure_id) - 1 AS place FROM measure) AS own,
         range((SELECT count(*) FROM measure), $measures) AS r(n)
    WHERE n % (SELECT count(*) FROM measure) = place
"""
_NOTES = """
    INSERT INTO measure_note
    SELECT 'voll-n-' || row_number() OVER (), measure_id, coalesce(starts, DATE '2024-01-01'), 'Stand besprochen',
           entered_by, entered_at
    FROM measure WHERE measure_id LIKE 'voll-%' AND status IN ('running', 'done')
"""
_SETS = """
    INSERT INTO change_set
    SELECT n + 1, TIMESTAMP '2024-12-31 16:00' - INTERVAL (n * 2) DAY, 'Geschäftsstelle', 'geschaeftsstelle', 'entry',
           'Durchsicht', NULL, NULL
    FROM range($rows // $each) AS r(n)
"""
_LOG = """
    INSERT INTO change_log
    SELECT n + 1, TIMESTAMP '2024-12-31 16:00' - INTERVAL ((n // $each) * 2) DAY, 'Geschäftsstelle', 'measure',
           'voll-' || (700 + (n * 7) % ($measures - 700)), ['status', 'note', 'budget_eur'][1 + n % 3],
           ['planned', NULL, '1000.0'][1 + n % 3], ['running', 'besprochen', '1500.0'][1 + n % 3], 'Durchsicht',
           n // $each + 1
    FROM range($rows) AS r(n)
"""


def fill(path: Path) -> None:
    """Fill the demo store at ``path`` up; nobody else may have it open.

    Its own measures are multiplied, so that themes, states and dates are spread as before.
    """
    con = duckdb.connect(str(path))
    try:
        con.execute("BEGIN")
        con.execute(_MEASURES, {"measures": MEASURES})
        con.execute(_NOTES)
        con.execute(_SETS, {"rows": LOG_ROWS, "each": ROWS_PER_SET})
        con.execute(_LOG, {"rows": LOG_ROWS, "each": ROWS_PER_SET, "measures": MEASURES})
        con.execute("COMMIT")
        con.execute("CHECKPOINT")
    finally:
        con.close()
