"""The application: its commands, and the one place where errors become exit codes."""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import Annotated, NoReturn

import typer

from deepcalc import __version__
from deepcalc.cli.commands import Commands
from deepcalc.cli.output import complain, exit_code
from deepcalc.errors import DeepcalcError

app = typer.Typer(
    name="deepcalc",
    cls=Commands,
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


def main() -> NoReturn:
    """Run the command line as a program, which ends as soon as all is written.

    Taking apart what was imported would take as long as solving a small problem.
    """
    code = run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def run() -> int:
    """Run the command line; its exit code. No traceback reaches a user.

    A short run makes little garbage: collecting it while SymPy is imported would take a fifth of the time of a small
    problem.
    """
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look through every installed package
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return _command()
    except DeepcalcError as error:
        complain(error)
        return exit_code(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        sys.stderr.write(f"error: cannot write the output: {error.strerror}\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if os.environ.get("DEEPCALC_DEBUG"):
            raise
        sys.stderr.write(
            f"internal error, a bug in deepcalc: {type(error).__name__}: {error}\n"
            "Set DEEPCALC_DEBUG=1 to see where; please report it with the problem file.\n"
        )
        return 1


def _command() -> int:
    """The command, and its output written to the end, while what goes wrong in that can still be told."""
    try:
        app(prog_name="deepcalc")
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    finally:
        sys.stdout.flush()
    return 0
