"""What a page costs to fetch over many hosts at once: a server in another process, addresses 127.0.x.y."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from scraper.fetch import Fetcher, Settings
from scraper.guard import Guard
from scraper.models import Request
from tests.bench.measure import Figure

SERVER = """
import asyncio
BODY = b"<html><body><p>" + b"A sentence of some length in a page. " * 1500
HEAD = b"HTTP/1.1 200 OK\\r\\ncontent-type: text/html\\r\\ncontent-length: %d\\r\\n\\r\\n" % len(BODY)
async def serve(reader, writer):
    try:
        while await reader.readuntil(b"\\r\\n\\r\\n"):
            writer.write(HEAD + BODY)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "0.0.0.0", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def figures() -> Iterator[Figure]:
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline()) if server.stdout else 0
        costs: dict[int, list[float]] = {50: [], 200: [], 500: []}
        for _ in range(3):
            for hosts, told in costs.items():
                told.append(asyncio.run(_cost(port, hosts)))
        for hosts, told in costs.items():
            wanted = "<= 3 ms" if hosts == 200 else ""
            yield f"fetch, {hosts} hosts at once, CPU a page", f"{statistics.median(told) * 1000:.2f} ms", wanted
    finally:
        server.kill()
        server.communicate()


async def _cost(port: int, hosts: int, each: int = 6) -> float:
    """CPU seconds a page: every host asked for several pages, one after the other, all hosts at once."""
    addresses = [f"127.0.{1 + number // 250}.{1 + number % 250}" for number in range(hosts)]
    guard = Guard.allowing(["127.0.0.0/8"])
    async with Fetcher(Settings(max_hosts=1000, page_timeout=300), guard) as fetcher:

        async def one(address: str) -> None:
            for number in range(each):
                await fetcher.page(Request(f"http://{address}:{port}/{number}"))

        before = time.process_time()
        await asyncio.gather(*map(one, addresses))
        return (time.process_time() - before) / (hosts * each)
