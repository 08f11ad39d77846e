"""`make bundle`: everything that a machine without a network needs, in one archive in dist/.

The program as a wheel with its front-end files and translations, every library of requirements/runtime.txt
by its hash, uv to install them (`python -m venv` lacks pip on some systems), deploy/ and its install.sh. It
fits machines of this one's system and Python. Needs the network to fetch what no cache has.
"""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".uv" / "bin"
PAPERS = ("LICENSE", "CHANGELOG.md", "docs/operations.md", "docs/reference/settings.md")


def main(out: Path) -> Path:
    """The archive's path, in ``out``."""
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert version
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    system = f"{platform.system().lower()}-{platform.machine()}-py{python.replace('.', '')}"
    name = f"shuzhi-{version[1]}-{system}"
    folder = ROOT / "build" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fill(folder)
    (folder / "VERSION").write_text(version[1] + "\n")
    (folder / "PYTHON").write_text(python + "\n")
    write_sums(folder)
    out.mkdir(parents=True, exist_ok=True)
    archive = out / f"{name}.tar"  # wheels are packed already
    with tarfile.open(archive, "w") as packed:
        packed.add(folder, name)
    shutil.rmtree(folder)
    print(f"bundle: {archive} ({archive.stat().st_size / 1e6:.0f} MB)")
    return archive


def fill(folder: Path) -> None:
    """The wheels, the papers and the units."""
    run(sys.executable, ROOT / "scripts" / "setup.py")
    run(TOOLS / "uv", "build", "-q", "--wheel", "--out-dir", folder, ROOT)
    (folder / ".gitignore").unlink(missing_ok=True)
    download = (TOOLS / "python", "-m", "pip", "download", "-q", "--disable-pip-version-check")
    locked = ("--require-hashes", "--no-deps", "--only-binary", ":all:")
    run(*download, *locked, "-r", ROOT / "requirements" / "runtime.txt", "-d", folder / "wheels")
    run(*download, *locked, "-r", ROOT / "requirements" / "uv.txt", "-d", folder / "tools")
    shutil.copy(ROOT / "requirements" / "runtime.txt", folder)
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    (folder / "deploy" / "install.sh").rename(folder / "install.sh")
    for paper in PAPERS:
        (folder / paper).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / paper, folder / paper)


def write_sums(folder: Path) -> None:
    """SHA256SUMS over every file, as ``sha256sum -c`` reads it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")


def run(*command: object) -> None:
    """Runs a step; CalledProcessError where it fails."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "dist")
