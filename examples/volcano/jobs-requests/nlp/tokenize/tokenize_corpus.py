"""Tokenizes every text file under a folder into shards of token ids."""

import argparse
import pathlib

import ray
from tokenizers import Tokenizer

from shards import shard_name, split


@ray.remote(num_cpus=1)
def tokenize(paths: list[str], output: str, index: int) -> int:
    tokenizer = Tokenizer.from_file("/corpora/tokenizer.json")
    count = 0
    with open(pathlib.Path(output) / shard_name(index), "w", encoding="utf-8") as shard:
        for path in paths:
            ids = tokenizer.encode(pathlib.Path(path).read_text(encoding="utf-8")).ids
            shard.write(" ".join(map(str, ids)) + "\n")
            count += len(ids)
    return count


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--input", required=True)
    parser.add_argument("--output", required=True)
    arguments = parser.parse_args()
    ray.init()
    files = sorted(str(path) for path in pathlib.Path(arguments.input).rglob("*.txt"))
    parts = split(files, 48)
    print(sum(ray.get([tokenize.remote(part, arguments.output, i) for i, part in enumerate(parts)])))
