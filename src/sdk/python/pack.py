"""Byte-compiles the package in the folder that is its argument, and builds what can be published of it, without the network."""

import compileall
import os
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
    import shutil
    import subprocess

    dist = os.path.join(folder, "dist")
    shutil.rmtree(dist, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        copy = shutil.copytree(folder, os.path.join(temporary, "package"))
        backend = "from setuptools import build_meta as b; import sys; b.build_sdist(sys.argv[1]); b.build_wheel(sys.argv[1])"
        subprocess.run([sys.executable, "-c", backend, dist], cwd=copy, check=True, stdout=subprocess.DEVNULL)
    print(f"{dist} holds " + ", ".join(sorted(os.listdir(dist))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
