"""The wheel holds everything that the program needs, installed where nothing of the checkout is."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.fixtures import FOLDER

ROOT = FOLDER.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        str(ROOT),
        "-w",
        str(folder),
    ]
    subprocess.run(command, check=True, capture_output=True)
    [built] = folder.glob("news_scraper-*.whl")
    return built


def test_the_wheel_holds_the_package_its_tables_and_its_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {f"scraper/{path.relative_to(ROOT / 'scraper')}" for path in (ROOT / "scraper").rglob("*.py")}
    wanted |= {f"scraper/tables/{path.name}" for path in (ROOT / "scraper" / "tables").glob("*.toml")}
    assert wanted | {"scraper/py.typed"} <= names
    assert not [name for name in names if name.startswith(("tests", "fixtures"))]


def test_the_installed_wheel_works_in_a_bare_environment(wheel: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    venv.create(bare, with_pip=True)
    python = bare / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    # what it depends on, without the network: the folder of the environment the tests run in
    site = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for each in Path(sysconfig.get_path("purelib")).iterdir():
        if "scraper" not in each.name.lower() and not each.name.startswith("__editable__") and each.suffix != ".pth":
            (libraries / each.name).symlink_to(each)
    (Path(site.stdout.strip()) / "libraries.pth").write_text(str(libraries))
    run = [str(bare / "bin" / "scraper"), "extract", "--text", str(FOLDER / "harbour-budget.html")]
    done = subprocess.run(run, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith("Harbour budget passes after night session\n")
    where = [str(python), "-c", "import scraper; print(scraper.__file__)"]
    assert str(bare) in subprocess.run(where, capture_output=True, text=True, cwd=tmp_path, check=True).stdout
