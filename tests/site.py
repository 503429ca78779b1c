"""The fixtures as a small site on loopback: `with Site() as site: site.url("harbour-budget.html")`."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests import fixtures


class Site:
    """Serves every fixture at `/NAME.html` or `/NAME.txt`, as it was served where it came from."""

    def __init__(self, port: int = 0) -> None:
        pages = {f"/{name}": page for name, page in _pages().items()}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, kind = pages.get(self.path, (b"nothing here", "text/plain"))
                self.send_response(200 if self.path in pages else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.paths = list(pages)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def url(self, path: str) -> str:
        return f"http://{self.address}/{path.lstrip('/')}"


def _pages() -> dict[str, tuple[bytes, str]]:
    found = {}
    for case in fixtures.cases():
        suffix = ".txt" if case.name.startswith("capture-") else ".html"
        found[case.name + suffix] = (case.page.body, case.page.header("content-type") or "text/html")
    return found
