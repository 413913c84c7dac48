"""The stopwatch's lines summed up by question."""

from benchmarks.queries import tally


def line(name, seconds, reads=1, sql=0.001, args=None):
    args = str(seconds) if args is None else args
    return {"name": name, "seconds": seconds, "reads": reads, "sql": sql, "longest": sql / 2, "args": args}


def test_slowest_question_first_with_its_slowest_call():
    found = tally([line("a", 0.010), line("b", 0.030, sql=0.020), line("a", 0.002), line("a", 0.004)])
    assert [question.name for question in found] == ["b", "a"]
    assert (found[1].calls, found[1].median_ms, found[1].worst_ms) == (3, 4.0, 10.0)
    assert (found[0].worst_sql_ms, found[0].worst_args) == (20.0, "0.03")
    assert found[0].query_ms == 10.0


def test_the_shortest_of_the_same_calls_counts():
    found = tally([line("a", 0.030, args="x"), line("a", 0.010, args="x"), line("a", 0.020, args="y")])
    assert [(question.calls, question.worst_ms) for question in found] == [(2, 20.0)]


def test_functions_that_ask_nothing_are_no_questions():
    assert tally([line("words", 0.5, reads=0)]) == []
