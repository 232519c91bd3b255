"""Byte-compiles the package in the folder that is its argument, and builds its wheel, without the network."""

import compileall
import os
import shutil
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
        import flit_core
    except ImportError:
        return "This Python has no flit_core"
    if tuple(int(part) for part in flit_core.__version__.split(".")[:2]) < (3, 12):
        return f"This Python has flit_core {flit_core.__version__}, and the package wants 3.12"
    return ""


def build(folder: str) -> None:
    """A wheel and a source distribution in the folder `dist`; nothing else changes."""
    from flit_core import buildapi

    dist = os.path.abspath(os.path.join(folder, "dist"))
    shutil.rmtree(dist, ignore_errors=True)
    os.chdir(folder)
    buildapi.build_sdist(dist)
    buildapi.build_wheel(dist)
    print(f"{dist} holds " + ", ".join(sorted(os.listdir(dist))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
