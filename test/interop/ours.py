"""A model folder that the engine trained, made once for all tests."""

import atexit
import functools
import json
import pathlib
import shutil
import tempfile

import engine
import texts

CONTEXT = 256


@functools.cache
def home():
    home = pathlib.Path(tempfile.mkdtemp(prefix="aifactory-interop-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


@functools.cache
def model():
    """Trained on texts and on conversations for some seconds."""
    corpus = home() / "corpus"
    corpus.mkdir()
    for i, sentence in enumerate(texts.SENTENCES * 3):
        (corpus / f"{i}.txt").write_text(f"{sentence}\n" * 20)
    (corpus / "talk.jsonl").write_text("".join(
        json.dumps({"messages": [
            {"role": "user", "content": f"Say number {i}."}, {"role": "assistant", "content": f"{sentence} {i}"}]}) + "\n"
        for i, sentence in enumerate(texts.SENTENCES * 4)))
    folder = home() / "model"
    engine.run(
        "train", "--text", corpus, "--out", folder, "--steps", "60", "--depth", "2", "--width", "128", "--vocab", "640",
        "--context", str(CONTEXT))
    return folder
