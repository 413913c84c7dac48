"""Foreign files are read in a process of its own, with limits on time and memory.

What a hostile or broken file makes a library do ends there: the server goes on answering, nothing is left behind. A
process that has done its work waits a while for the next file, since starting one takes a second.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO, TypeVar

import psutil

from zwk_data.settings import ROOT

T = TypeVar("T")
Progress = Callable[[float, str], None]

#: processor time, time by the clock (seconds), and memory (bytes) that one file may take
SECONDS, PATIENCE, MEMORY = 30.0, 120.0, 1_000_000_000
#: files that are read at once; others wait
AT_ONCE = 2
#: seconds that an idle process is kept
KEPT = 30
#: seconds between two looks at what a process takes
_LOOK = 0.1


class LimitError(Exception):
    """Reading was given up: it took too long (``what`` is "time"), too much ("memory"), or ended in a crash."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


def quiet(share: float, text: str) -> None:
    """Ignores progress."""


class _Helper:
    """One process that does one job after another."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "zwk_data.apart"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._watched = psutil.Process(self.process.pid)
        self._said: queue.Queue[tuple[Any, ...]] = queue.Queue()
        threading.Thread(target=self._listen, name="zwk-apart", daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        # whatever breaks while a dying process speaks: it said nothing more
        with suppress(Exception):
            while True:
                self._said.put(pickle.load(self.process.stdout))  # noqa: S301 - our own process
        self._said.put(("gone",))

    def run(self, job: tuple[Any, ...], progress: Progress) -> tuple[Any, ...]:
        """What the job ended in. Raises LimitError."""
        begun, before = time.monotonic(), self._processor_time()
        threading.Thread(target=self._tell, args=(job,), name="zwk-apart-tell", daemon=True).start()
        last = (0.0, "Datei wird geöffnet")
        while True:
            with suppress(queue.Empty):
                said = self._said.get(timeout=_LOOK)
                if said[0] == "gone":
                    raise LimitError("crash")
                if said[0] != "progress":
                    return said
                last = said[1:]
            # told again and again: whoever wants to stop does so here
            progress(*last)
            if self._processor_time() - before > SECONDS or time.monotonic() - begun > PATIENCE:
                raise LimitError("time")
            if self._memory() > MEMORY:
                raise LimitError("memory")

    def _tell(self, job: tuple[Any, ...]) -> None:
        assert self.process.stdin is not None
        with suppress(OSError, ValueError):
            pickle.dump(job, self.process.stdin, pickle.HIGHEST_PROTOCOL)
            self.process.stdin.flush()

    def _processor_time(self) -> float:
        with suppress(psutil.Error):
            taken = self._watched.cpu_times()
            return float(taken.user + taken.system)
        return 0.0

    def _memory(self) -> int:
        with suppress(psutil.Error):
            return int(self._watched.memory_info().rss)
        return 0

    def end(self) -> None:
        """Stop it, whatever it does."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()


_turn = threading.BoundedSemaphore(AT_ONCE)
_lock = threading.Lock()
_idle: list[tuple[float, _Helper]] = []


def call(function: Callable[..., T], *arguments: Any, progress: Progress = quiet) -> T:
    """``function(*arguments, progress)`` in another process; ``function`` stands at the top of a module.

    ``progress`` is told several times a second; what it raises stops the work. Raises LimitError where the work takes
    more than is allowed, or whatever the function raises.
    """
    with _turn:
        helper = _waiting() or _Helper()
        try:
            kind, *said = helper.run((function, arguments), progress)
        except BaseException:
            helper.end()
            raise
        _keep(helper)
    if kind == "done":
        return said[0]  # type: ignore[no-any-return]
    raised, texts, state = said
    if issubclass(raised, MemoryError):
        raise LimitError("memory")
    # not by its __init__, which may want other arguments than it keeps
    error: BaseException = raised.__new__(raised)
    error.args = texts
    error.__dict__.update(state)
    raise error


def _waiting() -> _Helper | None:
    with _lock:
        while _idle:
            _, helper = _idle.pop()
            if helper.process.poll() is None:
                return helper
            helper.end()
    return None


def _keep(helper: _Helper) -> None:
    with _lock:
        _idle.append((time.monotonic(), helper))
    later = threading.Timer(KEPT + 1, _let_go)
    later.daemon = True
    later.start()


def _let_go(seconds: float = KEPT) -> None:
    """End the processes that have been idle for so long."""
    with _lock:
        old = [one for one in _idle if time.monotonic() - one[0] >= seconds]
        _idle[:] = [one for one in _idle if one not in old]
    for _, helper in old:
        helper.end()


def _serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """In the other process: one job after another until nobody asks any more."""

    def say(*what: Any) -> None:
        pickle.dump(what, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()

    while True:
        try:
            function, arguments = pickle.load(asked)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        try:
            found = function(*arguments, lambda share, text: say("progress", share, text))
        except Exception as error:  # whatever it is, the other side raises it
            say("raised", type(error), error.args, error.__dict__)
        else:
            say("done", found)


def _limit_memory() -> None:
    """A library that asks for a hundred times the memory at once must fail before the next look at it."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (6 * MEMORY, 6 * MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> None:
    _limit_memory()
    # what libraries print must not come between the answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    _main()
