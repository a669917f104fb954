"""What the programs do in a capture: who serves, who asks, and how."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from msgspec import Struct

from tests.bundle.lab import ADDRESSES, INSIDE, OUTSIDE, RESOLVER, Lab, python

Capture = Callable[[], AbstractContextManager[None]]


class Stage(Struct, frozen=True):
    """Where a play takes place."""

    lab: Lab
    folder: Path
    """For the programs' files; thrown away afterwards."""
    capture: Capture
    """Starts the recording; the server stands already, so that nothing but the play is recorded."""
    host: str
    """Name by which the server is addressed."""
    port: int
    client_port: int
    is_pull: bool
    is_ipv6: bool

    @property
    def server_side(self) -> str:
        """The namespace of the server."""
        return INSIDE if self.is_pull else OUTSIDE

    @property
    def server_address(self) -> str:
        """The server's address in the lab."""
        return ADDRESSES[self.server_side][1 if self.is_ipv6 else 0]

    def file(self, name: str, content: bytes) -> str:
        """Write a file for a program."""
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def client(self, *command: str) -> str:
        """Run the client's program."""
        return self.lab.run(OUTSIDE if self.is_pull else INSIDE, *command)

    def curl(self, *arguments: str, scheme: str = "http", path: str = "") -> str:
        """Run curl against the server's name, from the client's port."""
        address = f"[{self.server_address}]" if self.is_ipv6 else self.server_address
        return self.client(
            "curl", "-sS", "--fail", "--local-port", str(self.client_port),
            "--resolve", f"{self.host}:{self.port}:{address}", *arguments,
            *([f"{scheme}://{self.host}{path}"] if path else []),
        )  # fmt: skip


Play = Callable[[Stage], None]


def upload(content: bytes, path: str, *, media: str = "application/json") -> Play:
    """Curl posts one body to a Python server."""

    def play(stage: Stage) -> None:
        body = stage.file("body", content)
        with _python_server(stage), stage.capture():
            stage.curl("-H", f"Content-Type: {media}", "--data-binary", f"@{body}", path=path)

    return play


def upload_file(content: bytes, name: str, path: str) -> Play:
    """Curl uploads a file as a browser's form would."""

    def play(stage: Stage) -> None:
        file = stage.file(name, content)
        with _python_server(stage), stage.capture():
            stage.curl("-F", "kind=members", "-F", f"file=@{file};type=text/csv", path=path)

    return play


def requests(paths: Sequence[str], bodies: Sequence[str] = ()) -> Play:
    """Curl sends many requests over one connection: forms where bodies are given, else plain queries."""

    def play(stage: Stage) -> None:
        common = (
            f'resolve = "{stage.host}:{stage.port}:{stage.server_address}"\n'
            f'local-port = {stage.client_port}\noutput = "{stage.folder}/out"\n'
        )
        forms = [f'data = "{body}"\n' for body in bodies] or [""] * len(paths)
        script = "next\n".join(
            f'url = "http://{stage.host}{path}"\n{form}{common}' for path, form in zip(paths, forms, strict=True)
        )
        settings = stage.file("curlrc", script.encode())
        with _python_server(stage, serve=b"ok\n"), stage.capture():
            stage.client("curl", "-sS", "--fail", "-K", settings)

    return play


def download(content: bytes, path: str, *, media: str) -> Play:
    """Curl fetches a file from a Python server: compressed, in chunks."""

    def play(stage: Stage) -> None:
        with _python_server(stage, serve=content, media=media), stage.capture():
            stage.curl("--compressed", "-o", f"{stage.folder}/out", path=path)

    return play


def download_from_nginx(content: bytes, name: str) -> Play:
    """Curl fetches a file from nginx, which compresses it on its way."""

    def play(stage: Stage) -> None:
        stage.file(name, content)
        site = f"listen {stage.server_address}:{stage.port}; root {stage.folder}; gzip on; gzip_types application/json;"
        with nginx(stage.lab, stage.server_side, stage.folder, site), stage.capture():
            stage.curl("--compressed", "-o", f"{stage.folder}/out", path=f"/{name}")

    return play


def upload_encrypted(content: bytes, path: str) -> Play:
    """Curl posts one body to nginx over TLS; nginx hands it to a Python server over its own loopback."""

    def play(stage: Stage) -> None:
        body = stage.file("body", content)
        certificate, key = _certificate(stage)
        site = (
            f"listen {stage.server_address}:{stage.port} ssl; server_name {stage.host}; ssl_certificate {certificate}; "
            f"ssl_certificate_key {key}; client_max_body_size 8m; location / {{ proxy_pass http://127.0.0.1:8080; }}"
        )
        behind = stage.lab.service(stage.server_side, *python("server", "127.0.0.1", "8080"))
        with behind, nginx(stage.lab, stage.server_side, stage.folder, site), stage.capture():
            stage.curl("--cacert", certificate, "--data-binary", f"@{body}", scheme="https", path=path)

    return play


def named_lines(content: bytes) -> Play:
    """A program looks the server's name up and sends lines of text: only DNS knows the name."""

    def play(stage: Stage) -> None:
        lines = stage.file("lines", content)
        resolv = stage.file("resolv.conf", f"nameserver {RESOLVER}\noptions attempts:1\n".encode())
        sender = " ".join(python("lines", "send", stage.host, str(stage.port), str(stage.client_port), lines))
        receiver = python("lines", "receive", stage.server_address, str(stage.port))
        names = python("names", RESOLVER, stage.host, stage.server_address)
        with (
            stage.lab.service(OUTSIDE, *receiver),
            stage.lab.service(OUTSIDE, *names),
            stage.capture(),
        ):
            stage.client("unshare", "-m", "sh", "-c", f"mount --bind {resolv} /etc/resolv.conf && exec {sender}")

    return play


def nginx(lab: Lab, where: str, folder: Path, site: str, *, http: str = "") -> AbstractContextManager[None]:
    """Nginx with one site; all its files in the folder."""
    settings = (
        f"daemon off; user root; pid {folder}/nginx.pid; error_log stderr notice; worker_processes 1;\n"
        f"events {{ worker_connections 64; }}\n"
        f"http {{ access_log off; server_tokens off; client_body_temp_path {folder}/body_temp;\n"
        f"proxy_temp_path {folder}/proxy_temp; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;\n"
        f"scgi_temp_path {folder}/s; types {{ application/json json; text/csv csv; }}\n{http}\nserver {{ {site} }} }}\n"
    )
    path = folder / "nginx.conf"
    path.write_text(settings)
    return lab.service(where, "nginx", "-e", "stderr", "-c", str(path), ready="start worker process")


def _python_server(stage: Stage, *, serve: bytes = b"", media: str = "text/plain") -> AbstractContextManager[None]:
    file = stage.file("served", serve)
    command = python("server", stage.server_address, str(stage.port), "--serve", file, "--media", media)
    return stage.lab.service(stage.server_side, *command)


def _certificate(stage: Stage) -> tuple[str, str]:
    certificate, key = str(stage.folder / "server.crt"), str(stage.folder / "server.key")
    stage.client(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-keyout", key, "-out", certificate,
        "-subj", f"/CN={stage.host}", "-addext", f"subjectAltName=DNS:{stage.host}",
    )  # fmt: skip
    return certificate, key
