"""What an office at work makes grow: the arithmetic, against a case worked out by hand."""

from __future__ import annotations

import json

from benchmarks.use import Use


def test_slopes_are_those_after_the_warm_up_and_answers_are_compared_by_thirds() -> None:
    use = Use()
    for number in range(1, 11):
        hours = number / 10
        # 500 MB are there after the first fifth; from then on 60 an hour, and no thread
        use.samples.append({"hours": hours, "server_mb": 500 + 60 * hours if number > 2 else 0, "threads": 9})
    use.runs = [(0.3, 1.0), (0.4, 1.0), (0.8, 2.0), (0.9, 2.0), (0.1, 60.0)]
    use.empty = [0.1] * 99 + [9.0]
    use.saved, use.kept = [0.4, 0.4], 2
    use.faults["exception on stufen"] += 3
    told = use.told()
    assert json.loads(use.as_json())["faults"] == told["faults"] == {"exception on stufen": 3}
    assert told["minutes"] == 60
    assert told["slopes_per_hour"] == {"server_mb": 60.0, "threads": 0.0}
    assert told["first_last"]["server_mb"] == [518.0, 560.0]
    assert told["p95_s_first_and_last_third"] == [1.0, 2.0]
    assert (told["saved"], told["kept"], told["p95_s_saved"]) == (2, 2, 0.4)
    assert (told["p95_s"], told["p95_s_empty_page"]) == (48.4, 0.1)
