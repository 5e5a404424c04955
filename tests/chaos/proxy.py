"""A TCP proxy between the program and the broker whose network can fail: a thread with an event loop of its own.

    pass      bytes go through
    cut       open connections are reset, new ones are hung up on
    swallow   connections are taken and live, but nothing comes through and nobody is told; what was caught in it stays dead afterwards,
              as behind a router that forgot the connection
    slow      every piece waits, and only so many bytes a second pass

Clients follow the address that the broker advertises, so the broker must advertise this port. A client that calls itself `oracle` is
never disturbed: the embedded broker has one listener only, so that the oracle must come this way, too.
"""
import asyncio
import struct
import threading

ORACLE = "oracle"
PIECE = 16 << 10


class Link:
    def __init__(self, writers, exempt: bool):
        self.writers, self.exempt, self.dead = writers, exempt, False


class Proxy:
    def __init__(self, outer: int, inner: int):
        self.outer, self.inner = outer, inner
        self.mode, self.latency_s, self.rate = "pass", 0.0, 0
        self.links: set[Link] = set()
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), name="proxy", daemon=True)
        self.thread.start()
        if not ready.wait(10):
            raise RuntimeError(f"the proxy cannot listen on port {outer}")

    def set(self, mode: str, latency_s: float = 0.1, rate: int = 64 << 10) -> None:
        def change():
            self.mode, self.latency_s, self.rate = mode, latency_s, rate
            if mode == "cut":
                for link in self.links:
                    if not link.exempt:
                        for writer in link.writers:
                            writer.transport.abort()
        self.loop.call_soon_threadsafe(change)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", self.outer))
        ready.set()
        self.loop.run_forever()
        server.close()
        self.loop.set_exception_handler(lambda *_: None)
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self.loop.close()

    async def _accept(self, reader, writer) -> None:
        back, pumps = None, []
        try:
            # A request begins: size, api, version, number, client's name.
            head = await reader.readexactly(14)
            name = await reader.readexactly(max(0, struct.unpack_from(">h", head, 12)[0]))
            exempt = name.startswith(ORACLE.encode())
            if self.mode == "cut" and not exempt:
                writer.transport.abort()
                return
            back_reader, back = await asyncio.open_connection("127.0.0.1", self.inner)
            link = Link((writer, back), exempt)
            self.links.add(link)
            await self._forward(link, head + name, back)
            pumps = [asyncio.create_task(self._pump(link, *way)) for way in ((reader, back), (back_reader, writer))]
            # One end hung up: so does the other.
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            self.links.discard(link)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for end in (writer, back):
                if end:
                    end.transport.abort()

    async def _pump(self, link: Link, reader, writer) -> None:
        while data := await reader.read(PIECE):
            await self._forward(link, data, writer)

    async def _forward(self, link: Link, data: bytes, writer) -> None:
        mode = "pass" if link.exempt else self.mode
        if mode == "swallow":
            link.dead = True
        if link.dead:
            return
        if mode == "slow":
            await asyncio.sleep(self.latency_s + len(data) / self.rate)
        writer.write(data)
        await writer.drain()
