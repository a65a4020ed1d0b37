"""Folders made by transformers and tokenizers: the engine computes with them what transformers computes."""

import json
import math
import pathlib
import shutil
import tempfile
import unittest

import engine
import folders
import texts
import truth
import transformers

PROMPTS = ["The supercomputer trains", "슈퍼컴퓨터는 모델을 12345", "def f(x):\n    return"]
TOKENS = 30


class TheirFolders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.home = pathlib.Path(cls.temporary.name)

    def folder(self, name):
        folder = self.home / name.replace(", ", "-").replace(" ", "-")
        if not folder.exists():
            folders.write(name, folder)
        return folder

    def text(self):
        """Several documents, one far longer than the context, one of a word, one without a letter."""
        documents = [texts.corpus(), "word", *texts.SENTENCES[2:6], " \n\t "]
        file = self.home / "text.jsonl"
        file.write_text("".join(json.dumps({"text": document}) + "\n" for document in documents))
        return file, documents

    def same_loss(self, folder, reference, relative):
        file, documents = self.text()
        ours, theirs = engine.evaluate(folder, file), reference.evaluate(documents)
        self.assertEqual(ours["tokens"], theirs["tokens"])
        self.assertEqual(ours["bytes"], theirs["bytes"])
        for measure in ("bitsPerByte", "perplexity"):
            self.assertTrue(
                math.isclose(ours[measure], theirs[measure], rel_tol=relative), f"{measure}: {ours[measure]}, {theirs[measure]}")

    def test_the_same_loss_and_the_same_greedy_words(self):
        for name in folders.MODELS:
            with self.subTest(name):
                folder = self.folder(name)
                reference = truth.Truth(folder)
                self.same_loss(folder, reference, 2e-6)
                for prompt in PROMPTS:
                    self.assertEqual(engine.generate(folder, prompt, TOKENS), reference.continued(prompt, TOKENS))

    def test_configurations_of_the_version_before(self):
        """Most folders that can be downloaded were written by transformers 4, which named the rotary positions otherwise."""
        for name in ("llama, tied, stretched, bf16", "llama, linear, one head each, f16", "mistral"):
            with self.subTest(name):
                folder = self.home / "before" / self.folder(name).name
                shutil.copytree(self.folder(name), folder)
                file = folder / "config.json"
                config = json.loads(file.read_text())
                rope = config.pop("rope_parameters")
                config |= {
                    "rope_theta": rope.pop("rope_theta"), "rope_scaling": None if rope["rope_type"] == "default" else rope,
                    "torch_dtype": config.pop("dtype"), "transformers_version": "4.51.0"}
                file.write_text(json.dumps(config))
                self.same_loss(folder, truth.Truth(self.folder(name)), 2e-6)

    def test_the_same_token_ids(self):
        for name in ("llama", "qwen3", "mistral", "falcon3"):
            with self.subTest(name):
                folder = self.folder(name)
                tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
                for text in texts.ENCODED:
                    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
                    self.assertEqual(engine.encode(folder, text), ids, repr(text))
                    self.assertEqual(engine.decode(folder, ids), tokenizer.decode(ids))

    def test_what_is_exported_again_is_the_same_model(self):
        for name in ("llama, tied, stretched, bf16", "qwen3, untied, sharded, bf16", "mistral"):
            with self.subTest(name):
                folder = self.folder(name)
                copy = folder.with_name(folder.name + "-copy")
                engine.run("export", folder, "--to", "huggingface", "--out", copy)
                before, after = truth.Truth(folder), truth.Truth(copy)
                self.assertEqual(set(before.model.state_dict()), set(after.model.state_dict()))
                for key, weight in before.model.state_dict().items():
                    self.assertTrue(weight.equal(after.model.state_dict()[key]), key)
                self.assertEqual(before.tokenizer.chat_template, after.tokenizer.chat_template)
                self.assertEqual(before.continued(PROMPTS[0], TOKENS), after.continued(PROMPTS[0], TOKENS))

    def test_training_goes_on_from_them(self):
        corpus = self.home / "corpus"
        corpus.mkdir()
        for i in range(4):
            (corpus / f"{i}.txt").write_text(texts.corpus())
        for name in ("llama, tied, stretched, bf16", "qwen3", "mistral", "falcon3"):
            with self.subTest(name):
                folder = self.folder(name)
                trained = folder.with_name(folder.name + "-trained")
                engine.run("train", "--text", corpus, "--out", trained, "--base", folder, "--steps", "10", "--learning-rate", "0.001")
                reference = truth.Truth(trained)
                self.same_loss(trained, reference, 2e-6)
                _, documents = self.text()
                untrained = truth.Truth(folder).evaluate(documents)
                self.assertLess(reference.evaluate(documents)["bitsPerByte"], untrained["bitsPerByte"])

    def test_what_the_engine_cannot_compute_is_refused_by_name(self):
        foreign = {
            "Qwen2ForCausalLM": transformers.Qwen2Config(**folders.SIZES),
            "GPT2LMHeadModel": transformers.GPT2Config(n_embd=64, n_layer=1, n_head=2, vocab_size=640),
            "yarn": transformers.LlamaConfig(
                **folders.SIZES, rope_parameters={"rope_type": "yarn", "factor": 4.0, "rope_theta": 10_000.0}),
            "attention_bias": transformers.LlamaConfig(**folders.SIZES, attention_bias=True),
            "sliding window": transformers.MistralConfig(**folders.SIZES | {"sliding_window": 32}),
        }
        for word, config in foreign.items():
            with self.subTest(word):
                folder = self.home / f"foreign-{word}".replace(" ", "-")
                transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
                folders.LLAMA_3.tokenizer().save_pretrained(folder)
                with self.assertRaises(engine.EngineFailure) as caught:
                    engine.generate(folder, "a", 1)
                self.assertEqual(caught.exception.status, 4)
                self.assertIn(word, caught.exception.message)
                self.assertNotIn("\tat ", caught.exception.message)
