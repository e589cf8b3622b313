"""The application: its commands, and the one place where errors become exit codes."""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import Annotated

import typer

from deepcalc import __version__
from deepcalc.cli.authoring import kinds, new, schema, validate
from deepcalc.cli.checking import check
from deepcalc.cli.course import mark
from deepcalc.cli.drawing import graph
from deepcalc.cli.exporting import export
from deepcalc.cli.library import list_problems, show
from deepcalc.cli.output import complain, exit_code
from deepcalc.cli.practicing import practice
from deepcalc.cli.solving import quick, solve
from deepcalc.errors import DeepcalcError

app = typer.Typer(
    name="deepcalc",
    help="Solves deep-learning exam problems and shows its work.",
    epilog="Example:  deepcalc solve relu-2-2-2",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"deepcalc {__version__}\n")
        raise typer.Exit()


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Solves deep-learning exam problems and shows its work."""


app.command(epilog="Example:  deepcalc solve relu-2-2-2 --part c --detail full")(solve)
app.command(epilog="Example:  deepcalc quick formula 'f=(x+y)*z' x=-2 y=5 z=-4")(quick)
app.command(epilog="Example:  deepcalc export relu-2-2-2 l1-penalty -o homework.pdf")(export)
app.command(epilog="Example:  deepcalc check relu-2-2-2 -a o1=0 -a o2=-1.5 -a L=2.5 -a w21+=0.65")(check)
app.command(epilog="Example:  deepcalc mark relu-2-2-2 submissions.csv -o marks.csv --feedback sheets")(mark)
app.command(epilog="Example:  deepcalc practice relu-2-2-2")(practice)
app.command(epilog="Example:  deepcalc graph relu-2-2-2 -o relu.svg")(graph)
app.command("list", epilog="Example:  deepcalc list --kind network")(list_problems)
app.command(epilog="Example:  deepcalc show relu-2-2-2 --names")(show)
app.command(epilog="Example:  deepcalc validate my-problem.yaml")(validate)
app.command(epilog="Example:  deepcalc kinds optimizer")(kinds)
app.command(epilog="Example:  deepcalc new network -o my-network.yaml")(new)
app.command(epilog="Example:  deepcalc schema network > network.schema.json")(schema)


def _run() -> None:
    """The command, and its output written to the end, while what goes wrong in that can still be told."""
    try:
        app(prog_name="deepcalc")
    finally:
        sys.stdout.flush()


def main() -> None:
    """Run the command line. No traceback reaches a user.

    A short run makes little garbage: collecting it while SymPy is imported, and again at the end, would take a
    fifth of the time of a small problem.
    """
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look through every installed package
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        _run()
    except DeepcalcError as error:
        complain(error)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        sys.stderr.write(f"error: cannot write the output: {error.strerror}\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if os.environ.get("DEEPCALC_DEBUG"):
            raise
        sys.stderr.write(
            f"internal error, a bug in deepcalc: {type(error).__name__}: {error}\n"
            "Set DEEPCALC_DEBUG=1 to see where; please report it with the problem file.\n"
        )
        sys.exit(1)
    finally:
        gc.freeze()
