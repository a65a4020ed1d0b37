"""Compares the engine with transformers and with OpenAI's client, and closes with "N passed, N failed, N skipped"."""

import importlib.util
import os
import pathlib
import sys
import unittest

NEEDED = ("torch", "transformers", "tokenizers", "safetensors", "jinja2", "openai")


def require():
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if sys.version_info < (3, 11):
        sys.exit(f"aifactory test --interop: {sys.executable} is Python {sys.version.split()[0]}; 3.11 or newer is needed. "
                 "Set AIFACTORY_PYTHON to one.")
    if missing:
        sys.exit(f"aifactory test --interop: {sys.executable} lacks {', '.join(missing)}. Nothing was compared. Install them:\n"
                 f"  {sys.executable} -m pip install {' '.join(missing)}\n"
                 "or set AIFACTORY_PYTHON to a Python that has them.")


class Counting(unittest.TextTestResult):
    """Counts every comparison that has a name of its own: tests, and within them subtests."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.passed = 0
        self.parts = 0

    def startTest(self, test):
        super().startTest(test)
        self.parts = 0

    def addSubTest(self, test, subtest, outcome):
        super().addSubTest(test, subtest, outcome)
        self.parts += 1
        self.passed += outcome is None

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += self.parts == 0


def main():
    require()
    # Nothing is to be fetched: every folder is made here.
    os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", TRANSFORMERS_VERBOSITY="error")
    import openai
    import tokenizers
    import torch
    import transformers
    print(f"Python {sys.version.split()[0]}", *(f"{module.__name__} {module.__version__}" for module in (
        torch, transformers, tokenizers, openai)), sep=", ")
    torch.set_num_threads(1)
    tests = unittest.defaultTestLoader.discover(str(pathlib.Path(__file__).parent))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Counting).run(tests)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    sys.exit(0 if result.passed and not failed else 1)


main()
