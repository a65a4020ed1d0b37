"""A small language model over bytes, learned data-parallel by all processes that torchrun has begun: PyTorch as its makers mean it.

It shows where a run's data, numbers, checkpoint and output are, and no more; `./aifactory train` without a recipe trains better models.
"""

import json
import os
import pathlib
import time

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

STEPS = int(os.environ.get("STEPS", "60"))
CONTEXT = 64
ROWS = 16  # of each process
WIDTH = 128


class Bytes(nn.Module):
    """Guesses the next byte from those before it."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(256, WIDTH)
        self.memory = nn.GRU(WIDTH, WIDTH, batch_first=True)
        self.output = nn.Linear(WIDTH, 256)

    def forward(self, rows):
        return self.output(self.memory(self.embedding(rows))[0])


def read(folder):
    """All texts of the data as one row of bytes."""
    files = sorted(path for path in pathlib.Path(folder).rglob("*") if path.suffix in (".txt", ".md"))
    text = b"\n".join(path.read_bytes() for path in files)
    if len(text) < 10 * CONTEXT:
        raise SystemExit(f"There are {len(text)} bytes of .txt and .md in the data, which is too little to learn from.")
    return torch.frombuffer(bytearray(text), dtype=torch.uint8).long()


def batch(text, step, rank, world):
    """Rows that follow from the number of the step, and are others in each process."""
    generator = torch.Generator().manual_seed(step * world + rank)
    starts = torch.randint(len(text) - CONTEXT - 1, (ROWS,), generator=generator)
    rows = torch.stack([text[start : start + CONTEXT + 1] for start in starts])
    return rows[:, :-1], rows[:, 1:]


def main():
    gpu = torch.cuda.is_available()
    dist.init_process_group("nccl" if gpu else "gloo")
    rank, world = dist.get_rank(), dist.get_world_size()
    device = torch.device("cuda", int(os.environ["LOCAL_RANK"])) if gpu else torch.device("cpu")
    torch.manual_seed(1)
    text = read(os.environ["AIFACTORY_DATA"])
    model = DistributedDataParallel(Bytes().to(device))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    checkpoint = pathlib.Path(os.environ["AIFACTORY_CHECKPOINT"], "state.pt")
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
    for step in range(first, STEPS):
        rows, targets = (part.to(device) for part in batch(text, step, rank, world))
        loss = nn.functional.cross_entropy(model(rows).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()  # Here the gradients of all processes are averaged.
        optimizer.step()
        mean = loss.detach().clone()
        dist.all_reduce(mean)
        if rank == 0:
            note(step + 1, mean.item() / world)
            if (step + 1) % 20 == 0:
                save(checkpoint, step + 1, model, optimizer)
    if rank == 0:
        output = pathlib.Path(os.environ["AIFACTORY_OUTPUT"])
        torch.save(model.module.state_dict(), output / "model.pt")
        (output / "world.txt").write_text(f"{world}\n")
        print(f"Learned in {STEPS} steps by {world} processes.", flush=True)
    dist.destroy_process_group()


def note(step, loss):
    """One line of what is drawn on the page of the run."""
    with open(os.environ["AIFACTORY_METRICS"], "a") as metrics:
        metrics.write(json.dumps({"step": step, "steps": STEPS, "loss": loss, "seconds": time.time()}) + "\n")


def save(checkpoint, step, model, optimizer):
    """Takes the place of the one before at once, so that whoever is ended leaves one or the other."""
    made = checkpoint.with_suffix(".new")
    torch.save({"step": step, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, made)
    made.rename(checkpoint)


if __name__ == "__main__":
    main()
