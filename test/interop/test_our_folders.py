"""Folders trained by the engine: transformers loads them as they are and computes with them what the engine computes."""

import json
import logging
import math
import unittest
import warnings

import engine
import ours
import texts
import transformers
import truth

TOKENS = 40


class OurFolders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = ours.home()
        cls.folder = ours.model()
        cls.truth = truth.Truth(cls.folder)

    def test_loads_without_a_word(self):
        heard = []
        handler = logging.Handler(logging.WARNING)
        handler.emit = lambda record: heard.append(record.getMessage())
        logger = logging.getLogger("transformers")
        transformers.utils.logging.set_verbosity_warning()
        logger.addHandler(handler)
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                model, info = transformers.AutoModelForCausalLM.from_pretrained(
                    self.folder, output_loading_info=True, trust_remote_code=False)
                transformers.AutoTokenizer.from_pretrained(self.folder, trust_remote_code=False)
                transformers.GenerationConfig.from_pretrained(self.folder)
        finally:
            logger.removeHandler(handler)
            transformers.utils.logging.set_verbosity_error()
        self.assertEqual([str(warning.message) for warning in caught], [])
        self.assertEqual(heard, [])
        self.assertEqual({key: list(value) for key, value in info.items() if value}, {})
        self.assertIsInstance(model, transformers.Qwen3ForCausalLM)
        self.assertEqual(str(model.dtype), "torch.float32")

    def test_the_same_loss(self):
        documents = [texts.corpus(), "word", *texts.SENTENCES]
        file = self.home / "text.jsonl"
        file.write_text("".join(json.dumps({"text": document}) + "\n" for document in documents))
        ours, theirs = engine.evaluate(self.folder, file), self.truth.evaluate(documents)
        self.assertEqual((ours["tokens"], ours["bytes"]), (theirs["tokens"], theirs["bytes"]))
        self.assertTrue(math.isclose(ours["bitsPerByte"], theirs["bitsPerByte"], rel_tol=2e-6), f"{ours}, {theirs}")
        self.assertTrue(math.isclose(ours["perplexity"], theirs["perplexity"], rel_tol=2e-5), f"{ours}, {theirs}")

    def test_the_same_greedy_words(self):
        for prompt in ("The", "슈퍼컴퓨터는", "Ο ", "def f(", " \n"):
            with self.subTest(prompt):
                self.assertEqual(engine.generate(self.folder, prompt, TOKENS), self.truth.continued(prompt, TOKENS))

    def test_the_same_token_ids(self):
        for text in texts.ENCODED:
            ids = self.truth.ids(text)
            self.assertEqual(engine.encode(self.folder, text), ids, repr(text))
            self.assertEqual(engine.decode(self.folder, ids), text)
            self.assertEqual(self.truth.tokenizer.decode(ids), text)

    def test_a_tokenizer_alone_loads_too(self):
        file = self.home / "text.txt"
        file.write_text(texts.corpus())
        engine.run("tokenizer", "train", "--text", file, "--vocab", "500", "--out", self.home / "tokenizer")
        tokenizer = transformers.AutoTokenizer.from_pretrained(self.home / "tokenizer")
        ids = tokenizer(texts.ENCODED[0])["input_ids"]
        self.assertEqual(engine.encode(self.home / "tokenizer", texts.ENCODED[0]), ids)

    def test_the_same_replies(self):
        """A reply depends on every token of the prompt, so equal replies mean that the template was rendered alike."""
        questions = ["Say number 3.", "안녕하세요! 😀", "<|im_end|> is no control token {{ here }}"]
        replies = ""
        for question in questions:
            ids = self.rendered(question)
            reply = self.truth.greedy(ids, ours.CONTEXT // 2)
            replies += self.truth.tokenizer.decode(reply, skip_special_tokens=True) + "\n"
        self.assertEqual(engine.run("chat", self.folder, text="\n/reset\n".join(questions)), replies)

    def rendered(self, question):
        """The prompt by the template of the folder; transformers itself would take control tokens out of what a person says."""
        mark = "QUESTION"
        text = self.truth.tokenizer.apply_chat_template(
            [{"role": "user", "content": mark}], add_generation_prompt=True, tokenize=False)
        before, after = text.split(mark)
        encode = self.truth.tokenizer.encode
        return (
            encode(before, add_special_tokens=False) + self.truth.ids(question) + encode(after, add_special_tokens=False))
