"""Pages and the files they need: templates that always escape, and files named by what is in them.

A folder of files is read once, at start, and served as ``/static/<folder>.<hash>/<file>``: an address that a browser
may keep for ever, because other contents have another address. Files of one folder may name each other relatively.
"""

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

HERE = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is served: ``small`` is it compressed."""

    kind: str
    body: bytes
    small: bytes


class Files:
    """Every file that pages need, in memory. ``folders`` maps a short name (``chat``) to a folder in the package.

    Only the kinds in ``KINDS`` are served; anything else in a folder is not a file of a page.
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._files: dict[str, File] = {}
        self._places: dict[str, str] = {}
        for name, folder in ({"web": HERE} | dict(folders)).items():
            self._read(name, folder)

    def url(self, path: str) -> str:
        """Return where ``chat/chat.js`` is served. A file that does not exist is a programmer's mistake: KeyError."""
        return self._places[path]

    def get(self, path: str) -> File:
        """Return one file by the short path that ``url`` takes too."""
        return self._files[self._places[path]]

    def route(self) -> Route:
        """Return the route that serves them all."""
        return Route("/static/{path:path}", self._serve)

    def _read(self, name: str, folder: Path) -> None:
        bodies = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in KINDS}
        digest = hashlib.sha256(b"\0".join(part for n, b in bodies.items() for part in (n.encode(), b))).hexdigest()
        for file, body in bodies.items():
            place = f"/static/{name}.{digest[:12]}/{file}"
            self._places[f"{name}/{file}"] = place
            self._files[place] = File(KINDS[Path(file).suffix], body, gzip.compress(body, mtime=0))

    async def _serve(self, request: Request) -> Response:
        file = self._files.get(request.url.path)
        if file is None:
            raise HTTPException(404)
        headers = {"cache-control": FOR_EVER, "vary": "accept-encoding", "content-type": file.kind}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.small, headers=headers | {"content-encoding": "gzip"})
        return Response(file.body, headers=headers)


class Pages:
    """Templates. In them ``{{ asset("chat/chat.css") }}`` is a file's address; an unknown name is an error."""

    def __init__(self, folders: Sequence[Path], files: Files) -> None:
        self._jinja = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.globals["asset"] = files.url

    def text(self, name: str, values: Mapping[str, object]) -> str:
        """Return a filled template."""
        return self._jinja.get_template(name).render(values)

    def page(self, name: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
        """Return a filled template as an answer."""
        return HTMLResponse(self.text(name, values), status)
