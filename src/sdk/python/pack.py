"""Byte-compiles the package in the folder that is its argument, and builds its wheel, without the network."""

import compileall
import os
import shutil
import subprocess
import sys
import tempfile


def main(folder: str) -> int:
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory() as cache:
        sys.pycache_prefix = cache
        if not compileall.compile_dir(os.path.join(folder, "latchkey_client"), quiet=1, force=True):
            return 1
    missing = lacking()
    if missing:
        print(f"{missing}: {folder} was byte-compiled, but no wheel was built.")
        return 0
    build(folder)
    return 0


def lacking() -> str:
    """Why nothing can be built here; empty if it can."""
    try:
        import setuptools
    except ImportError:
        return "This Python has no setuptools"
    if int(setuptools.__version__.split(".")[0]) < 77:
        return f"This Python has setuptools {setuptools.__version__}, and the package wants 77.0.3"
    return ""


def build(folder: str) -> None:
    """A wheel and a source distribution in the folder `dist`; the folder itself stays as it is."""
    dist = os.path.join(folder, "dist")
    shutil.rmtree(dist, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        copy = shutil.copytree(folder, os.path.join(temporary, "package"))
        for kind in ("sdist", "wheel"):
            program = f"import sys; from setuptools import build_meta; build_meta.build_{kind}(sys.argv[1])"
            subprocess.run([sys.executable, "-c", program, dist], cwd=copy, check=True, stdout=subprocess.DEVNULL)
    print(f"{dist} holds " + ", ".join(sorted(os.listdir(dist))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
