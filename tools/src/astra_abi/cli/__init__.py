"""The command line. A command is a module here with `command`; it is found, not registered.

Exit codes: 0 clean, 1 findings, 2 cannot judge (bad input, missing parts, wrong usage).
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import click

from ..model import AstraError


class Commands(click.Group):
    """Loads a command's module when it is asked for, so that --help stays quick."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(__path__))

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
    try:
        astra_abi(standalone_mode=False)
    except AstraError as error:
        print(f"astra-abi: {error}", file=sys.stderr)
        sys.exit(2)
    except click.exceptions.Abort:
        print("astra-abi: stopped", file=sys.stderr)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
