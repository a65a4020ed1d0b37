"""What transformers says of a folder: the engine's definitions written again, on transformers' own forward pass."""

import math

import torch
import transformers

transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()


class Truth:
    def __init__(self, folder):
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        # 32-bit arithmetic on the stored weights, as in the engine.
        self.model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

    def ids(self, text):
        """Ids of a text in which no control token is meant, without any put before or after it."""
        return self.tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"]

    def greedy(self, ids, tokens):
        """Ids that follow greedily, the one that ends the text left out."""
        with torch.no_grad():
            out = self.model.generate(
                torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), max_new_tokens=tokens,
                do_sample=False)[0].tolist()
        ends = self.model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends]
        return [token for token in out[len(ids):] if token not in ends]

    def continued(self, text, tokens):
        """A prompt and its greedy continuation as text, the prompt read as a person's own call reads it."""
        ids = self.tokenizer(text)["input_ids"]
        return text + self.tokenizer.decode(self.greedy(ids, tokens), skip_special_tokens=True)

    def document_end(self):
        for token in ("<|endoftext|>", "<|end_of_text|>", self.tokenizer.eos_token):
            if token in self.tokenizer.get_vocab():
                return self.tokenizer.convert_tokens_to_ids(token)
        raise AssertionError("no token ends a document")

    def evaluate(self, documents):
        """Bits per byte and perplexity by the handbook's definition."""
        beginning = self.tokenizer.bos_token_id
        nats, tokens = 0.0, 0
        for document in documents:
            targets = self.ids(document) + [self.document_end()]
            sequence = [self.document_end() if beginning is None else beginning] + targets
            nats += self.nats(sequence)
            tokens += len(targets)
        size = sum(len(document.encode()) for document in documents)
        return {"bitsPerByte": nats / math.log(2) / size, "perplexity": math.exp(nats / tokens), "bytes": size, "tokens": tokens}

    def nats(self, sequence):
        """Sum over all tokens but the first, in windows of the context with a stride of half; each is scored once."""
        context = self.model.config.max_position_embeddings
        total, scored, start = 0.0, 0, 0
        while scored < len(sequence) - 1:
            window = torch.tensor([sequence[start:start + context + 1]])
            with torch.no_grad():
                logits = self.model(window[:, :-1]).logits[0].double()
            losses = torch.nn.functional.cross_entropy(logits, window[0, 1:], reduction="none")
            total += losses[scored - start:].sum().item()
            scored = start + len(losses)
            start += context // 2
        return total
