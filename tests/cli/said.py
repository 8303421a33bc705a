"""Running a command of the product in this process: how it ends, and what it says on both streams."""

import contextlib
import io
import sys
from dataclasses import dataclass

from docs.shell import undisturbed

from bot.cli.main import main


@dataclass(frozen=True)
class Said:
    """The end of a command."""

    code: int
    out: str
    err: str


def elternlotse(*arguments: object) -> Said:
    """Run a command. An exception that is not the end of the command goes through: nobody should see one."""
    out, err = io.StringIO(), io.StringIO()
    with undisturbed() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setattr(sys, "argv", ["elternlotse", *map(str, arguments)])
        try:
            main()
        except SystemExit as end:
            return Said(int(end.code or 0), out.getvalue(), err.getvalue())
    raise AssertionError("main always exits")
