"""The recipe that nanoGPT's README gives for a CPU, trained for some minutes and measured in bits per byte of held-out text.

A GPT of 4 layers, 4 heads, width 128 on blocks of 64 characters, batches of 12, AdamW with betas 0.9 and 0.99 and weight decay 0.1,
learning rate 1e-3 after a warm-up of 100 steps, falling along a cosine to 1e-4 at the end of the time, gradients clipped at 1, no
dropout. The time is counted from the first step: importing libraries and measuring the model is not charged to it.

Bits per byte are summed over all characters of the held-out text, in windows of the block's length with a stride of half, over the
UTF-8 bytes. A character that the training text does not have costs what the model asks for its unknown character and 8 bits for
each of its bytes.

Prints JSON objects, one a line: {"seconds", "steps", "loss"} on the way and at the end {"bitsPerByte", "bytes", "unseen",
"steps", "seconds", "threads", "parameters", "torch"}.
"""

import argparse
import json
import math
import os
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

LAYERS, HEADS, WIDTH, BLOCK, BATCH = 4, 4, 128, 64, 12
PEAK, FLOOR, WARMUP = 1e-3, 1e-4, 100
UNKNOWN = 0


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm = nn.LayerNorm(WIDTH, bias=False)
        self.query_key_value = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.mixed = nn.Linear(WIDTH, WIDTH, bias=False)
        self.feed_forward_norm = nn.LayerNorm(WIDTH, bias=False)
        self.wide = nn.Linear(WIDTH, 4 * WIDTH, bias=False)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH, bias=False)

    def forward(self, stream):
        batch, length, _ = stream.shape
        heads = (
            part.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in self.query_key_value(self.attention_norm(stream)).split(WIDTH, dim=2)
        )
        mixed = F.scaled_dot_product_attention(*heads, is_causal=True)
        stream = stream + self.mixed(mixed.transpose(1, 2).reshape(batch, length, WIDTH))
        return stream + self.narrow(F.gelu(self.wide(self.feed_forward_norm(stream))))


class CharacterGpt(nn.Module):
    def __init__(self, characters):
        super().__init__()
        self.token = nn.Embedding(characters, WIDTH)
        self.position = nn.Embedding(BLOCK, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH, bias=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                to_stream = name.endswith(("mixed.weight", "narrow.weight"))
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * LAYERS) if to_stream else 0.02)

    def forward(self, tokens):
        stream = self.token(tokens) + self.position.weight[: tokens.size(1)]
        for layer in self.layers:
            stream = layer(stream)
        return F.linear(self.norm(stream), self.token.weight)


def nats(model, inputs, targets, reduction):
    return F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten(), reduction=reduction)


def adamw(model):
    matrices = [weight for weight in model.parameters() if weight.dim() == 2]
    others = [weight for weight in model.parameters() if weight.dim() != 2]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=PEAK, betas=(0.9, 0.99), fused=True)


def step(model, optimizer, tokens):
    places = torch.randint(len(tokens) - BLOCK, (BATCH, 1)) + torch.arange(BLOCK)
    loss = nats(model, tokens[places], tokens[places + 1], "mean")
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss


def best_threads(characters, tokens, cores):
    """The number of threads on which some steps of a model that is thrown away take least time."""
    times = {}
    for threads in sorted({1, *(2**i for i in range(20) if 2**i < cores), cores}):
        torch.set_num_threads(threads)
        model = CharacterGpt(characters)
        optimizer = adamw(model)
        for _ in range(10):
            step(model, optimizer, tokens)
        start = time.perf_counter()
        for _ in range(50):
            step(model, optimizer, tokens)
        times[threads] = time.perf_counter() - start
    return min(times, key=times.get)


def train(model, tokens, seconds, seed):
    torch.manual_seed(seed)
    optimizer = adamw(model)
    start = time.perf_counter()
    steps = 0
    while (elapsed := time.perf_counter() - start) < seconds:
        decay = 0.5 * (1 + math.cos(math.pi * elapsed / seconds))
        rate = PEAK * (steps + 1) / WARMUP if steps < WARMUP else FLOOR + decay * (PEAK - FLOOR)
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = step(model, optimizer, tokens)
        steps += 1
        if steps % 1000 == 0:
            print(json.dumps({"seconds": elapsed, "steps": steps, "loss": loss.item()}), flush=True)
    return steps, time.perf_counter() - start


def held_out_nats(model, tokens):
    """Nats of all tokens but the first, which no window can score."""
    inputs, targets = tokens[:-1], tokens[1:]
    total = 0.0
    with torch.no_grad():
        total += nats(model, inputs[None, :BLOCK], targets[None, :BLOCK], "sum").item()
        starts = torch.tensor(range(BLOCK // 2, len(inputs) - BLOCK + 1, BLOCK // 2), dtype=torch.long)
        for some in starts.split(256):
            places = some[:, None] + torch.arange(BLOCK)
            late = targets[places].clone()
            late[:, : BLOCK // 2] = -100
            total += nats(model, inputs[places], late, "sum").item()
        scored = (int(starts[-1]) if len(starts) else 0) + BLOCK
        if scored < len(inputs):
            last = targets[-BLOCK:].clone()
            last[: BLOCK - (len(inputs) - scored)] = -100
            total += nats(model, inputs[None, -BLOCK:], last[None], "sum").item()
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--training", required=True)
    parser.add_argument("--held-out", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    training, held_out = (
        open(path, encoding="utf-8", newline="").read() for path in (options.training, options.held_out)
    )
    ids = {character: i + 1 for i, character in enumerate(sorted(set(training)))}
    tokens = torch.tensor([ids[character] for character in training])
    cores = len(os.sched_getaffinity(0))
    threads = best_threads(len(ids) + 1, tokens, cores)
    torch.set_num_threads(threads)
    torch.manual_seed(options.seed)
    model = CharacterGpt(len(ids) + 1)
    steps, seconds = train(model, tokens, options.seconds, options.seed)
    unseen = [character for character in held_out if character not in ids]
    scored = torch.tensor([ids.get(character, UNKNOWN) for character in held_out])
    bits = held_out_nats(model, scored) / math.log(2)
    bits += math.log2(len(ids) + 1)  # the first character, with nothing before it
    bits += sum(8 * len(character.encode()) for character in unseen)
    size = len(held_out.encode())
    print(
        json.dumps(
            {
                "bitsPerByte": bits / size,
                "bytes": size,
                "unseen": len(unseen),
                "steps": steps,
                "seconds": seconds,
                "threads": threads,
                "parameters": sum(weight.numel() for weight in model.parameters()),
                "torch": torch.__version__,
            }
        ),
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
