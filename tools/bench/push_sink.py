"""A receiver's web service for the bench, which keeps numbers in memory: `push_sink PORT`."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    held: dict[int, tuple[int, set[int]]] = {}

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        seq, entries = self.held.get(said["subscription"], (0, set()))
        for row in said.get("rows", ()):
            if row["seq"] > seq:
                (entries.add if row["change"] == "upsert" else entries.discard)(row["entry"])
                seq = row["seq"]
        self.held[said["subscription"]] = (seq, entries)
        answer = json.dumps({"seq": seq, "count": len(entries)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        return


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
