"""How long deepcalc takes, as ratios within one run: machines differ, and are noisy.

    python benchmarks/measure.py            # the table of the README
    python benchmarks/measure.py --check    # exit 1 where a limit is exceeded

The unit is the time of ``python -c "import sympy"`` on the same machine, in the same minute.
"""

from __future__ import annotations

import argparse
import compileall
import csv
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rich.console import Console

import deepcalc

if TYPE_CHECKING:
    from deepcalc.checking.marking import Marker

ROUNDS = 15
SUBMITTED_DIGITS = 4
IMPORT_SYMPY = [sys.executable, "-c", "import sympy"]


@dataclass(frozen=True)
class Measurement:
    """One line of the table: what was measured, the figure, its limit, and the unit of both."""

    what: str
    figure: float
    limit: float
    unit: str = "×"

    @property
    def within(self) -> bool:
        return self.figure <= self.limit


def deepcalc_command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from deepcalc.cli.app import main; main()", *arguments]


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def processor_seconds(command: list[str]) -> float:
    """The time of the processor that a command takes, which other programs disturb less."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def start_up() -> list[Measurement]:
    """Whole commands against the import of SymPy, taken in turns, in time of the processor; medians."""
    commands = {
        "`deepcalc --help`": (deepcalc_command("--help"), 0.25),
        "`deepcalc list`": (deepcalc_command("list"), 0.45),
        "`deepcalc solve relu-2-2-2`, cold": (deepcalc_command("solve", "relu-2-2-2"), 1.45),
        "the same as JSON": (deepcalc_command("solve", "relu-2-2-2", "--format", "json"), 1.4),
    }
    times: dict[str, list[float]] = {name: [] for name in ("sympy", *commands)}
    for _ in range(ROUNDS):
        times["sympy"].append(processor_seconds(IMPORT_SYMPY))
        for name, (command, _limit) in commands.items():
            times[name].append(processor_seconds(command))
    unit = statistics.median(times["sympy"])
    return [
        Measurement(name, statistics.median(times[name]) / unit, limit) for name, (_command, limit) in commands.items()
    ]


def network(senders: int, hidden: int, outputs: int) -> bytes:
    """A problem with senders*hidden + hidden*outputs weights, sigmoid units, a loss and one step of descent."""
    numbers = random.Random(1)

    def matrix(rows: int, columns: int) -> str:
        return str([[round(numbers.uniform(-1, 1), 3) for _ in range(columns)] for _ in range(rows)])

    return f"""kind: network
inputs: {[round(numbers.uniform(-1, 1), 3) for _ in range(senders)]}
layers:
  - {{units: {hidden}, activation: sigmoid, weights: {{rows: senders, matrix: {matrix(senders, hidden)}}}}}
  - {{units: {outputs}, activation: sigmoid, weights: {{rows: senders, matrix: {matrix(hidden, outputs)}}}}}
targets: {[0.5] * outputs}
loss: {{function: mse}}
optimizer: {{learning_rate: 0.1}}
""".encode()


def large_network() -> list[Measurement]:
    """All gradients and updates of 10,000 weights, built and evaluated exactly; and of a quarter as many."""
    from deepcalc.graph.evaluation import evaluate
    from deepcalc.kinds import find_kinds
    from deepcalc.problem.loader import load_text

    def run(text: bytes) -> float:
        start = time.perf_counter()
        graph = load_text(text, "large.yaml", find_kinds()).plan.graph
        evaluate(graph, graph.names)
        return time.perf_counter() - start

    run(network(4, 4, 4))
    quarter, whole = (min(run(text) for _ in range(3)) for text in (network(50, 25, 50), network(100, 50, 100)))
    unit = statistics.median(seconds(IMPORT_SYMPY) for _ in range(5))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Measurement("10,000 weights: every gradient and update, exact", whole / unit, 15),
        Measurement("10,000 weights against 2,500", whole / quarter, 5),
        Measurement("10,000 weights: peak memory", peak, 500, " MB"),
    ]


def large_arrays() -> list[Measurement]:
    """An MLP 784-128-10 on a batch of 32, all gradients and one update, its answers alone; against NumPy by hand."""
    from benchmarks.perceptron import arrays, as_problem, by_hand
    from deepcalc.kinds import find_kinds
    from deepcalc.problem.loader import load_text
    from deepcalc.rendering.terminal import render
    from deepcalc.solution.detail import Detail
    from deepcalc.solution.solver import solve

    text, (given, labels) = as_problem(), arrays()

    def worked_out() -> None:
        solution = solve(load_text(text, "mlp.yaml", find_kinds()), detail=Detail.VALUES)
        Console(file=StringIO(), width=80).print(render(solution, 80))

    with TemporaryDirectory() as directory:
        path = Path(directory, "mlp.yaml")
        path.write_bytes(text)
        whole = [
            deepcalc_command("solve", str(path), "--detail", "values"),
            [sys.executable, "-m", "benchmarks.perceptron"],
        ]
        command, script = (statistics.median(seconds(each) for _ in range(5)) for each in whole)
    unit = statistics.median(seconds(IMPORT_SYMPY) for _ in range(5))
    ours, theirs = fastest(worked_out), fastest(lambda: by_hand(given, labels))
    return [
        Measurement("784-128-10, batch of 32: against 10 × NumPy and `import sympy`", ours / (10 * theirs + unit), 1),
        Measurement("the same, as commands", command / (10 * script + unit), 1),
    ]


def fastest(work: Callable[[], object]) -> float:
    times = []
    for _ in range(7):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def float_domain() -> list[Measurement]:
    """relu-2-2-2 with all gradients and updates, once more in the float domain."""
    from deepcalc.graph.floats import Program
    from deepcalc.kinds import find_kinds
    from deepcalc.problem.library import find
    from deepcalc.problem.loader import load

    graph = load(find("relu-2-2-2"), find_kinds()).plan.graph
    program = Program(graph, graph.names)
    runs = 2000
    start = time.perf_counter()
    for _ in range(runs):
        program.run({"w21": 0.5})
    return [
        Measurement("relu-2-2-2 once more, in floats", (time.perf_counter() - start) / runs * 1e6, 50, " µs"),
    ]


def submissions(students: int) -> str:
    """A table of answers to relu-2-2-2: most of them right, some with a typical slip, some any number."""
    numbers = random.Random(1)
    answers = {
        "o1": ("0", ("0.5", "1", "-1")),
        "o2": ("-1.5", ("-2.5", "1.5", "-0.5")),
        "L": ("2.5", ("4.5", "5", "1.25")),
        "w21+": ("0.65", ("0.35", "0.5", "0.8")),
    }

    def answer(right: str, slips: tuple[str, ...]) -> str:
        sort = numbers.random()
        return right if sort < 0.6 else numbers.choice(slips) if sort < 0.85 else f"{numbers.uniform(-3, 3):.3f}"

    rows = (",".join((f"s{number}", *(answer(*each) for each in answers.values()))) for number in range(students))
    return "\n".join((",".join(("student", *answers)), *rows)) + "\n"


def course() -> list[Measurement]:
    """A whole course's table of answers marked, as a command."""
    with TemporaryDirectory() as directory:
        table = Path(directory, "submissions.csv")
        table.write_text(submissions(10_000))
        marked = seconds(deepcalc_command("mark", "relu-2-2-2", str(table), "-o", str(Path(directory, "marks.csv"))))
    unit = statistics.median(seconds(IMPORT_SYMPY) for _ in range(5))
    return [Measurement("`deepcalc mark`: 10,000 rows for relu-2-2-2", marked / unit, 60)]


def one_more_student() -> list[Measurement]:
    """One more student's answers to relu-2-2-2, right ones, slips and random ones, diagnosis included; the median."""
    from deepcalc.checking.marking import Marker
    from deepcalc.kinds import find_kinds
    from deepcalc.problem.library import find
    from deepcalc.problem.loader import load

    marker = Marker(load(find("relu-2-2-2"), find_kinds()))
    header, *rows = csv.reader(submissions(300).splitlines())
    times = []
    for row in rows:
        start = time.perf_counter()
        marker.mark(dict(zip(header[1:], row[1:], strict=True)))
        times.append(time.perf_counter() - start)
    return [Measurement("one more student of relu-2-2-2 marked", statistics.median(times) * 1000, 5, " ms")]


def verdicts() -> list[Measurement]:
    """Whole submissions of the simulation's students, diagnosis included, in time of the processor.

    The longest is the first wrong one of a problem, for which the mistakes are worked out.
    """
    from benchmarks.simulation import as_written, marker_of
    from benchmarks.worked import PROBLEMS
    from benchmarks.worked.work import Work

    right, wrong, first = list[float](), list[float](), list[float]()
    for worked in PROBLEMS:
        honest = Work()
        worked.by_hand(honest)
        marker, truth = marker_of(worked), as_written(honest.answers, SUBMITTED_DIGITS)
        marker.mark(truth)
        right += [_processor_ms(marker, truth) for _ in range(5)]
        for count, key in enumerate(honest.mistakes):
            work = Work(key)
            worked.by_hand(work)
            took = _processor_ms(marker, as_written(work.answers, SUBMITTED_DIGITS))
            (wrong if count else first).append(took)
    return [
        Measurement("a right submission, the median", statistics.median(right), 1, " ms"),
        Measurement("a wrong submission, the median", statistics.median(wrong), 8, " ms"),
        Measurement("the longest submission", max(*right, *wrong, *first), 500, " ms"),
        Measurement("every answer of a shipped problem of numbers wrong, the longest", max(all_wrong()), 500, " ms"),
    ]


def all_wrong() -> list[float]:
    """The first submission to each shipped problem of numbers, every one of them a few per cent off."""
    from benchmarks.verdicts import ALL_OFF, import_all, timed
    from deepcalc.kinds import find_kinds
    from deepcalc.problem.library import entries, find
    from deepcalc.problem.loader import load

    graphs = {entry.name: load(find(entry.name), find_kinds()).plan.graph for entry in entries()}
    import_all()
    of_numbers = [name for name, graph in graphs.items() if not (graph.has_arrays or graph.has_letters)]
    return [each.first for each in timed(of_numbers, [ALL_OFF])]


def _processor_ms(marker: Marker, answers: dict[str, str]) -> float:
    start = time.process_time()
    marker.mark(answers)
    return (time.process_time() - start) * 1000


def exports() -> list[Measurement]:
    """The whole library as one LaTeX document, in one call: what a problem takes of it."""
    from deepcalc.problem.library import entries

    names = [entry.name for entry in entries()]
    command = deepcalc_command("export", *names, "--format", "latex")
    unit = statistics.median(seconds(IMPORT_SYMPY) for _ in range(5))
    each = statistics.median(seconds(command) for _ in range(3)) / len(names)
    return [Measurement("the whole library as LaTeX, for each problem", each / unit, 0.1)]


BENCHMARKS: tuple[Callable[[], list[Measurement]], ...] = (
    large_network,
    large_arrays,
    float_domain,
    one_more_student,
    verdicts,
    course,
    start_up,
    exports,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 where a limit is exceeded")
    arguments = parser.parse_args()
    compileall.compile_dir(Path(deepcalc.__file__).parent, quiet=1)  # as an installed package is
    measured = [measurement for benchmark in BENCHMARKS for measurement in benchmark()]
    print("| what | measured | at most |\n| --- | ---: | ---: |")
    for each in measured:
        print(f"| {each.what} | {each.figure:.2f}{each.unit} | {each.limit:g}{each.unit} |")
    if arguments.check and not all(each.within for each in measured):
        sys.exit(1)


if __name__ == "__main__":
    main()
