"""OpenAI's own client talks with the engine's server, and hears what transformers says."""

import asyncio
import contextlib
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest

import engine
import folders
import openai
import ours
import texts
import truth

KEY = "sk-for-this-test"
TOKENS = 24


@contextlib.contextmanager
def serving(folder):
    """The address of a server that ends with the block."""
    with subprocess.Popen(
        [engine.ROOT / "aifactory", "engine", "serve", folder, "--port", "0"], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, env={**os.environ, "AIFACTORY_API_KEY": KEY}) as process:
        yield address(process.stderr)
        process.terminate()
        if process.wait(timeout=60) != 0:
            raise AssertionError(f"the server ended with {process.returncode}")


def address(lines):
    heard = []
    for line in lines:
        heard.append(line)
        if found := re.search(r"http://\S+:\d+", line):
            threading.Thread(target=lines.read, daemon=True).start()  # so that the server is never kept waiting to speak
            return found.group() + "/v1"
    raise AssertionError("the server did not start: " + "".join(heard))


def client(url, **options):
    return openai.OpenAI(base_url=url, api_key=KEY, max_retries=0, **options)


class Server(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.truth = truth.Truth(ours.model())
        cls.name = ours.model().name
        cls.url = cls.enterClassContext(serving(ours.model()))
        cls.client = cls.enterClassContext(client(cls.url))

    def chat(self, messages, **options):
        return self.client.chat.completions.create(model=self.name, messages=messages, **{"temperature": 0, "max_tokens": TOKENS} | options)

    def rendered(self, messages):
        return self.truth.tokenizer.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]

    def reply(self, messages, tokens=TOKENS):
        return self.truth.tokenizer.decode(self.truth.greedy(self.rendered(messages), tokens), skip_special_tokens=True)

    def test_models(self):
        self.assertEqual([model.id for model in self.client.models.list()], [self.name])
        self.assertEqual(self.client.models.retrieve(self.name).object, "model")

    def test_chat(self):
        for messages in texts.CONVERSATIONS:
            with self.subTest(messages[-1]["content"]):
                completion = self.chat(messages)
                self.assertEqual(completion.choices[0].message.content, self.reply(messages))
                self.assertEqual(completion.choices[0].message.role, "assistant")
                self.assertEqual(completion.usage.prompt_tokens, len(self.rendered(messages)))
                self.assertEqual(completion.usage.total_tokens, completion.usage.prompt_tokens + completion.usage.completion_tokens)

    def test_completion(self):
        for prompt in ("The", "슈퍼컴퓨터는", "def f("):
            with self.subTest(prompt):
                completion = self.client.completions.create(model=self.name, prompt=prompt, max_tokens=TOKENS, temperature=0)
                self.assertEqual(prompt + completion.choices[0].text, self.truth.continued(prompt, TOKENS))
        several = self.client.completions.create(model=self.name, prompt=["The", "def f("], max_tokens=TOKENS, temperature=0)
        self.assertEqual(
            [prompt + choice.text for prompt, choice in zip(("The", "def f("), several.choices)],
            [self.truth.continued(prompt, TOKENS) for prompt in ("The", "def f(")])

    def test_stream(self):
        messages = texts.CONVERSATIONS[1]
        chunks = list(self.chat(messages, stream=True, stream_options={"include_usage": True}))
        said = [chunk for chunk in chunks if chunk.choices]
        self.assertEqual(said[0].choices[0].delta.role, "assistant")
        self.assertEqual("".join(chunk.choices[0].delta.content or "" for chunk in said), self.reply(messages))
        self.assertIn(said[-1].choices[0].finish_reason, ("stop", "length"))
        self.assertEqual(chunks[-1].usage.prompt_tokens, len(self.rendered(messages)))
        self.assertGreater(len(said), 2)

    def test_the_stream_helper_and_the_newer_names(self):
        messages = [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "안녕하세요,"}, {"type": "text", "text": "누구세요?"}]}]
        plain = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "안녕하세요,\n누구세요?"}]
        with self.client.chat.completions.stream(
                model=self.name, messages=messages, temperature=0, max_completion_tokens=TOKENS) as stream:
            said = "".join(event.delta for event in stream if event.type == "content.delta")
            gathered = stream.current_completion_snapshot
        self.assertEqual(said, self.reply(plain))
        self.assertEqual(gathered.choices[0].message.content, said)

    def test_a_stream_left_early_disturbs_nobody(self):
        with self.chat(texts.CONVERSATIONS[0], stream=True, max_tokens=200) as stream:
            next(iter(stream))
        self.assertEqual(
            self.chat(texts.CONVERSATIONS[0]).choices[0].message.content, self.reply(texts.CONVERSATIONS[0]))

    def test_many_users_at_once_hear_what_each_hears_alone(self):
        conversations = [[{"role": "user", "content": f"Say number {i}."}] for i in range(20)]

        async def ask(users, messages, stream):
            answer = await users.chat.completions.create(
                model=self.name, messages=messages, temperature=0, max_tokens=TOKENS, stream=stream)
            if not stream:
                return answer.choices[0].message.content
            return "".join([chunk.choices[0].delta.content or "" async for chunk in answer])

        async def ask_all():
            async with openai.AsyncOpenAI(base_url=self.url, api_key=KEY, max_retries=0) as users:
                return await asyncio.gather(*(ask(users, messages, i % 2 == 0) for i, messages in enumerate(conversations)))

        self.assertEqual(asyncio.run(ask_all()), [self.reply(messages) for messages in conversations])

    def test_a_seed_fixes_chance(self):
        messages = texts.CONVERSATIONS[0]
        said = [self.chat(messages, temperature=1.2, seed=seed).choices[0].message.content for seed in (7, 7, 8)]
        self.assertEqual(said[0], said[1])
        self.assertNotEqual(said[0], said[2])
        self.assertEqual(len(self.chat(messages, temperature=1.2, n=3).choices), 3)

    def test_ends(self):
        messages = texts.CONVERSATIONS[0]
        short = self.chat(messages, max_tokens=3)
        self.assertEqual(short.choices[0].finish_reason, "length")
        self.assertEqual(short.usage.completion_tokens, 3)
        word = self.reply(messages).split()[1]
        stopped = self.chat(messages, stop=[word])
        self.assertEqual(stopped.choices[0].finish_reason, "stop")
        self.assertEqual(stopped.choices[0].message.content, self.reply(messages).split(word)[0])

    def test_errors_are_those_of_the_client(self):
        messages = texts.CONVERSATIONS[0]
        with self.assertRaises(openai.AuthenticationError) as caught:
            self.client.with_options(api_key="another").models.list()
        self.assertEqual(caught.exception.code, "invalid_api_key")
        with self.assertRaises(openai.NotFoundError):
            self.client.responses.create(model=self.name, input="a")
        with self.assertRaises(openai.NotFoundError) as caught:
            self.client.chat.completions.create(model="gpt-4o", messages=messages)
        self.assertEqual(caught.exception.code, "model_not_found")
        with self.assertRaises(openai.NotFoundError):
            self.client.embeddings.create(model=self.name, input="a")
        with self.assertRaises(openai.BadRequestError) as caught:
            self.chat(messages, temperature=-1)
        self.assertEqual(caught.exception.param, "temperature")
        with self.assertRaises(openai.BadRequestError) as caught:
            self.chat([{"role": "user", "content": "word " * 2 * ours.CONTEXT}])
        self.assertEqual(caught.exception.code, "context_length_exceeded")
        with self.assertRaises(openai.BadRequestError) as caught:
            self.chat(messages, tools=[{"type": "function", "function": {"name": "f"}}])
        self.assertEqual(caught.exception.param, "tools")
        with self.assertRaises(openai.BadRequestError):
            self.chat([])
        with self.assertRaises(openai.BadRequestError):
            self.chat(messages, stream=True, top_p=7)


class ForeignChat(unittest.TestCase):
    """A reply depends on every token of the prompt: equal replies mean that the model's own template was rendered alike."""

    def test_the_chat_template_of_the_folder(self):
        home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in ("llama", "qwen3", "mistral", "falcon3"):
            folder = home / name
            folders.write(name, folder)
            reference = truth.Truth(folder)
            with serving(folder) as url, client(url) as user:
                for messages in texts.CONVERSATIONS:
                    with self.subTest(f"{name}: {messages[-1]['content']}"):
                        ids = reference.tokenizer.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]
                        completion = user.chat.completions.create(model=name, messages=messages, temperature=0, max_tokens=TOKENS)
                        self.assertEqual(completion.usage.prompt_tokens, len(ids))
                        self.assertEqual(
                            completion.choices[0].message.content,
                            reference.tokenizer.decode(reference.greedy(ids, TOKENS), skip_special_tokens=True))
                with self.subTest(f"{name}: a completion, which begins as the tokenizer begins every text"):
                    completion = user.completions.create(model=name, prompt="The cat", temperature=0, max_tokens=TOKENS)
                    self.assertEqual(completion.usage.prompt_tokens, len(reference.tokenizer("The cat")["input_ids"]))
                    self.assertEqual("The cat" + completion.choices[0].text, reference.continued("The cat", TOKENS))
