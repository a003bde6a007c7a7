"""A look-alike of an S3-compatible service, for scripts/check-backup: it checks every signature and can be told to fail."""

import hashlib
import hmac
import http.server
import threading
import urllib.parse

ACCESS, SECRET, REGION = "check-access", "check-secret-0123456789", "ca-test-1"


def sign(key: bytes, text: str) -> bytes:
    """One step of a signature."""
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Bucket:
    """A bucket named `bucket` on a port of its own. Pages of a list are short, so that most lists have several."""

    PAGE = 5

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.refused = 0
        self.fault = ""
        bucket = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_arguments) -> None:
                pass

            def answer(self, status: int, body: bytes = b"", length: int | None = None) -> None:
                self.send_response(status)
                self.send_header("content-length", str(len(body) if length is None else length))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def handle_request(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                path, _, query = self.path.partition("?")
                if not bucket.signed(self.command, path, query, self.headers, body):
                    bucket.refused += 1
                    self.answer(403)
                    return
                key = urllib.parse.unquote(path).removeprefix("/bucket").lstrip("/")
                if self.command == "GET" and not key:
                    self.answer(200, bucket.listed(dict(urllib.parse.parse_qsl(query))))
                elif self.command == "PUT":
                    if bucket.fault == "refuse" and "dump" in key:
                        self.answer(500)
                        return
                    bucket.objects[key] = body[:-1] + b"?" if bucket.fault == "change" and "dump" in key else body
                    self.answer(200)
                elif self.command == "DELETE":
                    if bucket.fault == "keep":
                        self.answer(500)
                        return
                    # AWS answers 204 here as well; Google does not.
                    self.answer(404 if bucket.objects.pop(key, None) is None else 204)
                elif key in bucket.objects:
                    self.answer(200, bucket.objects[key])
                else:
                    self.answer(404)

            do_GET = do_PUT = do_DELETE = do_HEAD = handle_request

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def settings(self) -> dict:
        """How scripts/backup reaches it."""
        return {
            "BACKUP_TARGET": "s3://bucket/some/prefix", "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.server.server_port}", "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET, "APP_ENV": "test",
        }  # fmt: skip

    def listed(self, query: dict) -> bytes:
        """One page of names."""
        names = sorted(name for name in self.objects if name.startswith(query.get("prefix", "")))
        after = query.get("continuation-token", "").removesuffix("+/=")
        names = [name for name in names if name > after]
        page, rest = names[: self.PAGE], names[self.PAGE :]
        # Real ones hold such characters.
        more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{page[-1]}+/=</NextContinuationToken>" if rest else "<IsTruncated>false</IsTruncated>"
        keys = "".join(f"<Contents><Key>{name}</Key><Size>{len(self.objects[name])}</Size></Contents>" for name in page)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><Name>bucket</Name>{more}{keys}</ListBucketResult>'.encode()

    def signed(self, method: str, path: str, query: str, headers, body: bytes) -> bool:
        """Whether a request bears the signature that AWS asks for, over the hash of what it really carries."""
        try:
            scheme, _, rest = headers["authorization"].partition(" ")
            parts = dict(part.strip().split("=", 1) for part in rest.split(","))
            key, date, region, service, end = parts["Credential"].split("/")
            names = parts["SignedHeaders"].split(";")
            digest = headers["x-amz-content-sha256"]
        except (KeyError, ValueError, AttributeError, TypeError):
            return False
        if scheme != "AWS4-HMAC-SHA256" or (key, region, service, end) != (ACCESS, REGION, "s3", "aws4_request"):
            return False
        if digest != hashlib.sha256(body).hexdigest() or not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(names):
            return False
        lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in names)
        canonical = "\n".join((method, path, "&".join(sorted(query.split("&"))) if query else "", lines, ";".join(names), digest))
        scope = f"{date}/{region}/{service}/{end}"
        text = "\n".join((scheme, headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()))
        signing = f"AWS4{SECRET}".encode()
        for step in (date, region, service, end):
            signing = sign(signing, step)
        return hmac.compare_digest(sign(signing, text).hex(), parts["Signature"])
