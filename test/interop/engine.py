"""Runs the engine by its command line."""

import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class EngineFailure(AssertionError):
    def __init__(self, arguments, status, message):
        super().__init__(f"{' '.join(map(str, arguments))} ended with {status}: {message}")
        self.status = status
        self.message = message


def run(*arguments, text=None):
    """Standard output of `./aifactory engine …`; standard input is `text`."""
    command = [ROOT / "aifactory", "engine", *arguments]
    done = subprocess.run(
        command, input=None if text is None else text.encode(), stdin=subprocess.DEVNULL if text is None else None,
        capture_output=True, check=False)
    if done.returncode != 0:
        raise EngineFailure(arguments, done.returncode, done.stderr.decode(errors="replace"))
    return done.stdout.decode()


def encode(folder, text):
    return [int(word) for word in run("tokenizer", "encode", folder, text=text).split()]


def decode(folder, ids):
    return run("tokenizer", "decode", folder, text=" ".join(map(str, ids)))


def generate(folder, prompt, tokens):
    """The prompt and its greedy continuation."""
    out = run("generate", folder, "--prompt", prompt, "--max-tokens", str(tokens))
    assert out.endswith("\n"), out
    return out[:-1]


def evaluate(folder, file):
    return json.loads(run("evaluate", folder, "--text", file, "--json"))
