#!/usr/bin/env python
import ray

from lib import data


@ray.remote
def step(i):
    return data.load(i)  # "quotes": {kept}


print(ray.get([step.remote(i) for i in range(4)]))
