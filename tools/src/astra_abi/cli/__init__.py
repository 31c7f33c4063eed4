"""The command line. A command is a module here with `command`; it is found, not registered. `options` is what they share.

Exit codes: 0 clean, 1 findings, 2 cannot judge (bad input, missing parts, wrong usage).
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import select
import sys
import traceback

import click

from ..model import AstraError


NOBODY_READS = 141
"""What a shell gives a program that a closed pipe ended; as for others, it says nothing of a verdict."""


class Commands(click.Group):
    """Loads a command's module when it is asked for, so that --help stays quick."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "options")

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        return importlib.import_module(f"{__name__}.{name}").command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="astra-abi", prog_name="astra-abi")
def astra_abi() -> None:
    """Keeps a C ABI from breaking silently.

    Compares a build with its declared contract and with every release before it: symbols, layouts,
    signatures, toolchain floor, behaviour and exact output bits.
    """


def main() -> None:
    sys.exit(run())


def run() -> int:
    """The exit code. 1 is left to what was found: an accident, also of this program, judges nothing."""
    output = -1
    try:
        if sys.stdout is None:
            raise AstraError("standard output is closed", "", "leave it open, or send it to /dev/null")
        output = os.dup(1)  # whoever meets a closed pipe may put something else in its place
        try:
            astra_abi(standalone_mode=False)
        finally:
            sys.stdout and sys.stdout.flush()
        return 0
    except SystemExit as ended:
        # click and rich make a 1 of a reader that went away, and that is a finding's.
        return NOBODY_READS if ended.code == 1 and reader_is_gone(output) else ended.code or 0
    except AstraError as error:
        print(f"astra-abi: {error}", file=sys.stderr)
    except click.exceptions.Abort:
        print("astra-abi: stopped", file=sys.stderr)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except MemoryError:
        print("astra-abi: needs more memory than it may have\n  -> allow it more, or name a smaller input", file=sys.stderr)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still buffered must not fail again at the end
        if isinstance(error, BrokenPipeError):
            return NOBODY_READS
        print(f"astra-abi: {error}\n  -> make room, or choose a place that can be read and written", file=sys.stderr)
    except Exception:
        traceback.print_exc()
        print("astra-abi: this is a defect of astra-abi itself\n  -> report it with the lines above", file=sys.stderr)
    return 2


def reader_is_gone(output: int) -> bool:
    """Whether a pipe has nobody any more who reads it."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(output, 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))
