"""PEP 517 front to maturin. Puts the repository's data into what is built, and takes it out again.

The data has its place at the top of the repository, where people edit it. A wheel needs a copy
inside of the package; an editable install does not, for the package finds the checkout.
"""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import maturin

TOOLS = Path(__file__).resolve().parent
DATA = TOOLS / "src" / "astra_abi" / "_data"
# Folder of the repository -> folder in the package.
COPIES = {
    "spec": "spec",
    "compat": "compat",
    "tests/conformance": "conformance",
    "tests/golden": "golden",
    "include": "include",
}

build_editable = maturin.build_editable
get_requires_for_build_editable = maturin.get_requires_for_build_editable
get_requires_for_build_sdist = maturin.get_requires_for_build_sdist
get_requires_for_build_wheel = maturin.get_requires_for_build_wheel
prepare_metadata_for_build_editable = maturin.prepare_metadata_for_build_editable
prepare_metadata_for_build_wheel = maturin.prepare_metadata_for_build_wheel


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with packaged_data():
        return maturin.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory, config_settings=None):
    with packaged_data():
        return maturin.build_sdist(sdist_directory, config_settings)


@contextlib.contextmanager
def packaged_data(root: Path = TOOLS.parent) -> Iterator[None]:
    """Copies the data for as long as the build runs. In an unpacked source archive, which has no
    repository around it, the copy is already there and stays."""
    present = {source: target for source, target in COPIES.items() if (root / source).is_dir()}
    if "spec" not in present and DATA.is_dir():
        yield
        return
    shutil.rmtree(DATA, ignore_errors=True)
    try:
        for source, target in present.items():
            shutil.copytree(
                root / source,
                DATA / target,
                ignore=shutil.ignore_patterns("__pycache__", "*.pyc"),
            )
        yield
    finally:
        shutil.rmtree(DATA, ignore_errors=True)
