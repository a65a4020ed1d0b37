"""Training speed of eager PyTorch: a Llama-like model in plain modules, full steps with AdamW, random tokens.

Prints one JSON object a line: context, precision, threads, tokensPerSecond (the median of the rounds). Each combination is tried
on several numbers of threads for a moment and then measured on the best.
"""

import argparse
import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.output = nn.Linear(width, width, bias=False)

    def forward(self, stream, cosines, sines):
        batch, length, width = stream.shape
        projected = self.query_key_value(stream).view(batch, length, 3 * self.heads, -1).transpose(1, 2)
        query_key, value = projected.split((2 * self.heads, self.heads), dim=1)
        low, high = query_key.chunk(2, dim=-1)
        turned = torch.cat((low * cosines - high * sines, high * cosines + low * sines), dim=-1)
        query, key = turned.to(value.dtype).chunk(2, dim=1)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.output(mixed.transpose(1, 2).reshape(batch, length, width))


class Block(nn.Module):
    def __init__(self, width, heads, feed_forward):
        super().__init__()
        self.attention_norm = nn.RMSNorm(width, eps=1e-6)
        self.attention = Attention(width, heads)
        self.feed_forward_norm = nn.RMSNorm(width, eps=1e-6)
        self.gate_up = nn.Linear(width, 2 * feed_forward, bias=False)
        self.down = nn.Linear(feed_forward, width, bias=False)

    def forward(self, stream, cosines, sines):
        stream = stream + self.attention(self.attention_norm(stream), cosines, sines)
        gate, up = self.gate_up(self.feed_forward_norm(stream)).chunk(2, dim=-1)
        return stream + self.down(F.silu(gate) * up)


class Llama(nn.Module):
    def __init__(self, vocabulary, width, depth, heads, feed_forward, context):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.blocks = nn.ModuleList(Block(width, heads, feed_forward) for _ in range(depth))
        self.norm = nn.RMSNorm(width, eps=1e-6)
        half = width // heads // 2
        angles = torch.arange(context)[:, None] * 10_000.0 ** (-torch.arange(half) / half)
        self.register_buffer("cosines", angles.cos())
        self.register_buffer("sines", angles.sin())

    def forward(self, tokens, targets):
        stream = self.embedding(tokens)
        for block in self.blocks:
            stream = block(stream, self.cosines, self.sines)
        logits = F.linear(self.norm(stream), self.embedding.weight)
        return F.cross_entropy(logits.view(-1, logits.size(-1)).float(), targets.view(-1))


def one_step(model, optimizer, tokens, precision):
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
        loss = model(tokens, tokens)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def seconds(step, steps):
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - start) / steps


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("vocabulary", "width", "depth", "heads", "feed-forward", "tokens", "rounds", "cores"):
        parser.add_argument("--" + name, type=int, required=True)
    parser.add_argument("--contexts", type=int, nargs="+", required=True)
    parser.add_argument("--precisions", nargs="+", required=True)
    options = parser.parse_args()
    thread_settings = sorted({1, *(2**i for i in range(20) if 2**i < options.cores), options.cores})
    for context in options.contexts:
        tokens = torch.randint(options.vocabulary, (options.tokens // context, context))
        for precision in options.precisions:
            torch.manual_seed(1)
            model = Llama(
                options.vocabulary, options.width, options.depth, options.heads, options.feed_forward, context
            )
            optimizer = torch.optim.AdamW(
                model.parameters(), lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1, fused=True
            )
            step = lambda: one_step(model, optimizer, tokens, precision)
            tried = {}
            for threads in thread_settings:
                torch.set_num_threads(threads)
                step()
                tried[threads] = seconds(step, 1)
            threads = min(tried, key=tried.get)
            torch.set_num_threads(threads)
            step()
            median = statistics.median(seconds(step, 2) for _ in range(options.rounds))
            print(
                json.dumps(
                    {
                        "context": context,
                        "precision": precision,
                        "threads": threads,
                        "tokensPerSecond": options.tokens / median,
                        "torch": torch.__version__,
                    }
                ),
                flush=True,
            )


if __name__ == "__main__":
    sys.exit(main())
