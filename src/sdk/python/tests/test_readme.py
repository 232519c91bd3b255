"""What the two READMEs show is what happens."""

import contextlib
import io
import os
import queue
import re
import threading
import unittest
from pathlib import Path

from latchkey_client import Latchkey
from live import URL, new_user, registered


class ReadmeIT(unittest.TestCase):
    def program(self, file, section):
        text = Path(file).read_text(encoding="utf-8").split(f"\n{section}\n", 1)[1]
        (program,) = re.findall(r"^```python\n(.*?)^```", re.split(r"\n##", text)[0], re.DOTALL | re.MULTILINE)
        return program

    def printed_by(self, file, section, user):
        program = self.program(file, section)
        self.assertIn("http://localhost:3000", program)
        self.assertIn("example_user", program)
        program = program.replace("http://localhost:3000", URL)
        program = program.replace("example_user", user.username).replace("user@example.com", user.email)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(compile(program, str(file), "exec"), {})
        return output.getvalue()

    def test_the_readme_of_latchkey(self):
        user = new_user()
        with Latchkey(URL) as latchkey:
            latchkey.register(user)
        for _ in range(2):
            self.assertEqual(self.printed_by(os.environ["LATCHKEY_README"], "### Python", user), "Hello!\n")

    def test_the_readme_of_the_package(self):
        user = new_user()
        for _ in range(2):
            self.assertEqual(
                self.printed_by(Path(__file__).parents[1] / "README.md", "## Use it", user),
                "Hello, Python!\n404 True The provided key does not exist in the database.\n",
            )

    def test_the_values_of_the_readme(self):
        program = self.program(Path(__file__).parents[1] / "README.md", "## Values")
        names, output = {}, io.StringIO()
        exec(compile(program, "README.md", "exec"), names)
        latchkey = registered(self)
        for key, value in (("notes/1", "Eggs"), ("draft", ""), ("counter", "7")):
            latchkey.data.set(key, value)
        with contextlib.redirect_stdout(output):
            names["tidy"](latchkey)
        names["increment"](latchkey)
        self.assertEqual(output.getvalue(), "notes/1 Eggs\n")
        self.assertEqual([latchkey.data.get(key) for key in ("notes/2", "draft", "counter")], ["Milk", None, "8"])
        other = registered(self)
        names["copy"](latchkey, other)
        self.assertEqual(other.data.get("counter"), "8")

    def test_the_changes_of_the_readme(self):
        names, copies = {}, queue.Queue()
        exec(compile(self.program(Path(__file__).parents[1] / "README.md", "## Follow changes"), "README.md", "exec"), names)

        class Copy(dict):
            def __setitem__(self, key, value):
                super().__setitem__(key, value)
                copies.put(dict(self))

        latchkey = registered(self)
        latchkey.data.set("a", "1")
        threading.Thread(target=names["follow"], args=(latchkey, Copy()), daemon=True).start()
        self.assertEqual(copies.get(timeout=30), {"a": "1"})
        latchkey.data.delete("a")
        latchkey.data.set("b", "2")
        self.assertEqual(copies.get(timeout=30), {"b": "2"})

    def test_the_page_about_clients(self):
        page = Path(os.environ["LATCHKEY_README"]).parent / "src" / "site" / "markdown" / "clients.md"
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(compile(self.program(page, "## Python"), str(page), "exec"), {"latchkey": registered(self)})
        self.assertEqual(output.getvalue(), "250\nMilk\n")


if __name__ == "__main__":
    unittest.main()
