"""A class on one server: ``python -m benchmarks.bench_load [--sessions 1 10 50] [--soak MINUTES]``.

Starts the app as people do, lets one visitor open it and leave, and then has 1, 10 and 50 visitors change what they see
every four seconds for a minute: by a link to another scene, by a key of a slider, by a drag of the start. A change
counts until the script has ended; the picture is the stage's message, which is there before. The moves of a drag count
apart, each until its picture. At the end stands what the bars ask for and whether they are held.

With ``--soak`` visitors come and go, each for about half a minute, as many at a time as the first number of
``--sessions`` (so name it: ``--sessions 10 --soak 10``), and the server's memory is printed once a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import subprocess
import time
from collections.abc import Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import mean, median

from websockets.exceptions import WebSocketException

from benchmarks.visitors import ActError, Change, Visitor, visit
from landscapes import LANDSCAPES
from scenes import View, format, parse
from tools.app_server import app_server

KINDS = {"link": "a scene by its link", "key": "a key of a slider", "drag": "a drag's release"}
MOVE = "(a move of a drag)"
LOOK_SECONDS = 0.25
STAY_SECONDS = 30

BAR_P95_SECONDS = 1.5
BAR_RATIO = 5
BAR_PEAK = 450
BAR_KEPT = 60


@dataclass
class Round:
    """What some visitors met with: their changes, seconds to each first page, errors, and the memory in MB."""

    sessions: int
    changes: list[Change] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    before: float = 0
    peak: float = 0
    after: float = 0

    def seconds(self) -> list[float]:
        """How long every change took, moves of drags apart."""
        return [one.seconds for one in self.changes if one.kind in KINDS]


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least ``percent`` per cent of all do not exceed; nan if there are none."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)] if values else math.nan


def memory(pid: int) -> float:
    """The resident memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmRSS"].split()[0]) / 1024
    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(listed.stdout) / 1024


def some_link(random: Random, slugs: Sequence[str]) -> str:
    """A scene of three runs at rates that nobody has had, on one of the surfaces."""
    adam, rho = random.uniform(0.01, 0.2), random.uniform(0.5, 0.95)
    runs = f"run=adam:lr={adam:.4g}&run=momentum:lr=0.001,rho={rho:.3g}&run=sgd:lr=0.001"
    scene, _ = parse(f"surface={random.choice(slugs)}&{runs}")
    return format(scene, View(step=0))  # as the stage names it, so that its answer can be compared


def report(measured: Round) -> str:
    """How many changes there were and how long they took, of every kind; then the first page, memory and errors."""
    lines = [f"{'':22}{'number':>8}{'picture':>9}{'median':>9}{'95 %':>9}{'99 %':>9}  s{'kB':>7}{'messages':>10}"]
    for name, kinds in {"all changes": [*KINDS], **{KINDS[kind]: [kind] for kind in KINDS}, MOVE: ["move"]}.items():
        if changes := [one for one in measured.changes if one.kind in kinds]:
            times = [percentile([one.picture for one in changes], 50)]
            times += (percentile([one.seconds for one in changes], percent) for percent in (50, 95, 99))
            size, messages = mean(one.size for one in changes) / 1000, mean(one.messages for one in changes)
            columns = "".join(f"{seconds:>9.3f}" for seconds in times) + f"{size:>10.0f}{messages:>10.0f}"
            lines.append(f"{name:22}{len(changes):>8}{columns}")
    if measured.first:
        lines.append(f"first page: median {median(measured.first):.2f} s, longest {max(measured.first):.2f} s")
    memories = f"{measured.before:.0f} MB before, {measured.peak:.0f} at the peak, {measured.after:.0f}"
    lines.append(f"memory: {memories} after all have left")
    return "\n".join([*lines, f"errors: {len(measured.errors)}", *(f"  {error}" for error in measured.errors[:3])])


def bars(one: Round | None, many: Round, opened: float) -> list[str]:
    """What is asked for, with what was measured, a line each.

    ``one`` is the round of a single visitor, None if there was none; ``opened`` the memory in MB after one visitor had
    opened the page and left.
    """
    p50, p95 = (percentile(many.seconds(), percent) for percent in (50, 95))
    kept = many.after - opened
    who = f"{many.sessions} sessions"
    rows = [
        (not many.errors, f"{who}: {len(many.errors)} errors (none)"),
        (p95 <= BAR_P95_SECONDS, f"{who}: 95 % within {p95:.2f} s (at most {BAR_P95_SECONDS:g})"),
        (many.peak < BAR_PEAK, f"{who}: memory at the peak {many.peak:.0f} MB (under {BAR_PEAK})"),
        (kept <= BAR_KEPT, f"{who}: all gone, {kept:.0f} MB more than after one visitor (at most {BAR_KEPT})"),
    ]
    if one is not None:
        alone = percentile(one.seconds(), 50)
        ratio = p50 / alone
        text = f"{who}: median {p50:.3f} s, {ratio:.1f} times that of one, {alone:.3f} s (at most {BAR_RATIO} times)"
        rows.insert(2, (ratio <= BAR_RATIO, text))
    return [f"{'held' if is_held else 'not reached':12}{text}" for is_held, text in rows]


@dataclass(frozen=True)
class Load:
    """A server and how its visitors behave: the pause between acts in seconds, the kinds of acts, the surfaces."""

    url: str
    pid: int
    gap: float
    acts: tuple[str, ...]
    surfaces: tuple[str, ...]
    rest: float

    async def stay(self, measured: Round, random: Random, seconds: float, is_alone: bool = False) -> None:
        """One visit: the first page, and then an act after every pause.

        Who is alone first sees every surface once, which does not count, and pauses for a quarter of the time.
        """
        gap = self.gap / 4 if is_alone else self.gap
        try:
            began = time.perf_counter()
            async with visit(self.url, random) as visitor:
                await visitor.open(some_link(random, self.surfaces))
                measured.first.append(time.perf_counter() - began)
                for slug in self.surfaces if is_alone else ():
                    await visitor.open(some_link(random, [slug]))
                leaves = time.monotonic() + seconds
                turn = random.randrange(len(self.acts))
                while time.monotonic() < leaves:
                    await asyncio.sleep(random.uniform(0.5, 1.5) * gap)
                    turn += 1
                    try:
                        measured.changes += await self.act(visitor, self.acts[turn % len(self.acts)], random)
                    except ActError as failure:
                        measured.errors.append(str(failure))
        except (ActError, OSError, WebSocketException) as failure:
            measured.errors.append(f"{type(failure).__name__}: {failure}")

    async def act(self, visitor: Visitor, kind: str, random: Random) -> list[Change]:
        if kind == "link":
            return await visitor.open(some_link(random, self.surfaces))
        return await (visitor.press_key() if kind == "key" else visitor.drag())

    @asynccontextmanager
    async def watched(self, measured: Round):
        """Note the memory before, at the peak and, when all have left and the server has rested, after."""
        measured.before = measured.peak = memory(self.pid)

        async def watch() -> None:
            while True:
                measured.peak = max(measured.peak, memory(self.pid))
                await asyncio.sleep(LOOK_SECONDS)

        watcher = asyncio.create_task(watch())
        yield
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher
        await asyncio.sleep(self.rest)
        measured.after = memory(self.pid)

    async def crowd(self, sessions: int, seconds: float) -> Round:
        """Visitors that come within one pause and stay."""
        measured = Round(sessions)

        async def arrive(number: int) -> None:
            random = Random(f"{number} of {sessions}")  # no scene of another round, which the server may still have
            await asyncio.sleep(random.uniform(0, self.gap))
            await self.stay(measured, random, seconds, is_alone=sessions == 1)

        async with self.watched(measured):
            await asyncio.gather(*map(arrive, range(sessions)))
        return measured

    async def soak(self, sessions: int, minutes: float) -> Round:
        """Visitors that come and go; a line a minute."""
        measured, began = Round(sessions), time.monotonic()
        ends = began + 60 * minutes

        async def come_and_go(number: int) -> None:
            random = Random(number)
            while (left := ends - time.monotonic()) > 0:
                await asyncio.sleep(random.uniform(0, self.gap))
                await self.stay(measured, random, min(left, random.uniform(0.5, 1.5) * STAY_SECONDS))

        async def tell() -> None:
            told = 0
            while True:
                await asyncio.sleep(60)
                lately = Round(sessions, measured.changes[told:]).seconds()
                told = len(measured.changes)
                print(
                    f"minute {(time.monotonic() - began) / 60:3.0f}: {memory(self.pid):4.0f} MB, {len(measured.first)} "
                    f"visitors so far, {len(lately)} changes, median {percentile(lately, 50):.2f} s, "
                    f"95 % {percentile(lately, 95):.2f} s, {len(measured.errors)} errors so far",
                    flush=True,
                )

        async with self.watched(measured):
            teller = asyncio.create_task(tell())
            await asyncio.gather(*map(come_and_go, range(sessions)))
            teller.cancel()
        return measured

    async def opened_once(self) -> float:
        """The memory in MB after one visitor has opened the page and left."""
        measured = Round(1)
        async with self.watched(measured), visit(self.url, Random(0)) as visitor:
            await visitor.open()
        return measured.after


async def measure(load: Load, options: argparse.Namespace) -> None:
    opened = await load.opened_once()
    print(f"memory after one visitor has opened the page and left: {opened:.0f} MB", flush=True)
    if options.soak:
        measured = await load.soak(options.sessions[0], options.soak)
        print(report(measured))
        print(f"after all have left {measured.after - opened:.0f} MB more than after one visitor")
        return
    rounds = {}
    for sessions in options.sessions:
        began, worked = time.perf_counter(), time.process_time()
        rounds[sessions] = measured = await load.crowd(sessions, options.seconds)
        seconds, worked = time.perf_counter() - began - load.rest, time.process_time() - worked
        print(f"\n{sessions} session{'s'[: sessions > 1]}: {len(measured.seconds())} changes in {seconds:.0f} s")
        print(report(measured))
        print(f"all visitors together took {worked:.1f} s of the processor", flush=True)
    print("", *bars(rounds.get(1), rounds[max(rounds)], opened), sep="\n")


def names(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Names with commas between them, each of which is known."""
    chosen = tuple(text.split(","))
    if unknown := [name for name in chosen if name not in known]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: choose from {', '.join(known)}")
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description="A class on one server: what it waits for, and what memory it takes.")
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 10, 50], help="visitors at a time (1 10 50)")
    parser.add_argument("--seconds", type=float, default=60, help="how long they act (60)")
    parser.add_argument("--gap", type=float, default=4, help="seconds between two acts of a visitor, on average (4)")
    parser.add_argument("--rest", type=float, default=20, help="seconds from the last one's leaving to the memory (20)")
    parser.add_argument("--soak", type=float, default=0, metavar="MINUTES", help="visitors come and go for so long")
    parser.add_argument("--acts", type=lambda text: names(text, [*KINDS]), default=tuple(KINDS), help="link,key,drag")
    parser.add_argument(
        "--surfaces",
        type=lambda text: names(text, [*LANDSCAPES]),
        default=tuple(LANDSCAPES),
        help="on which surfaces (all of them), by their slugs with commas",
    )
    options = parser.parse_args()
    with app_server() as server:
        load = Load(server.url, server.pid, options.gap, options.acts, options.surfaces, options.rest)
        asyncio.run(measure(load, options))
        if "Traceback" in server.printed():
            print("\nThe server printed:", server.printed()[-3000:], sep="\n")


if __name__ == "__main__":
    main()
