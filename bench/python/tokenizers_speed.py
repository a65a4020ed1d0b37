"""Speed of Hugging Face tokenizers: training a byte-level BPE with another's split of words, and encoding with that other.

Prints two JSON objects, one a line: {"work": "training", "seconds", "megabytesPerSecond", "threads", "version"} and the same for
"encoding", which is the median of the rounds and is done with the better of two sizes of piece.
"""

import argparse
import json
import os
import statistics
import sys
import time


def pieces(text, size):
    """Cuts text at ends of lines."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + size)
        end = len(text) if end < 0 else end + 1
        yield text[start:end]
        start = end


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--training", required=True)
    parser.add_argument("--encoding", required=True)
    parser.add_argument("--vocabulary", type=int, required=True)
    parser.add_argument("--tokenizer", required=True, help="a tokenizer.json")
    parser.add_argument("--rounds", type=int, required=True)
    options = parser.parse_args()
    threads = len(os.sched_getaffinity(0))
    os.environ["RAYON_NUM_THREADS"] = str(threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    import tokenizers
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    def report(work, seconds, path):
        rate = os.path.getsize(path) / 1e6 / seconds
        figures = {"seconds": seconds, "megabytesPerSecond": rate, "threads": threads}
        print(json.dumps({"work": work, **figures, "version": tokenizers.__version__}), flush=True)

    tokenizer = Tokenizer.from_file(options.tokenizer)
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = tokenizer.pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=options.vocabulary,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    start = time.perf_counter()
    trained.train([options.training], trainer)
    report("training", time.perf_counter() - start, options.training)

    text = open(options.encoding, encoding="utf-8", newline="").read()
    medians = []
    for size in (2_000, 100_000):
        batch = list(pieces(text, size))
        times = []
        for _ in range(options.rounds + 1):
            start = time.perf_counter()
            tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            times.append(time.perf_counter() - start)
        medians.append(statistics.median(times[1:]))
    report("encoding", min(medians), options.encoding)


if __name__ == "__main__":
    sys.exit(main())
