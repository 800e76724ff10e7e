"""Names and bounds of shards."""


def shard_name(index: int) -> str:
    return f"tokens-{index:05d}.txt"


def split(items: list[str], parts: int) -> list[list[str]]:
    return [items[i::parts] for i in range(min(parts, len(items)))]
