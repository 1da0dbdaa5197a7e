"""A mail server of one test: takes what it is sent, keeps it, and may refuse the next so many mails."""

import socketserver
import threading
from email import message_from_bytes, policy


class _Talk(socketserver.StreamRequestHandler):
    """One SMTP conversation, as little of it as a sender needs."""

    def handle(self):
        self._say("220 sink ready")
        while line := self.rfile.readline():
            word = line.strip().upper().split(b" ")[0].split(b":")[0]
            if word == b"QUIT":
                self._say("221 bye")
                return
            self._answer(word)

    def _answer(self, word):
        if word == b"EHLO":
            self._say("250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8")
        elif word == b"DATA":
            self._say("354 go on")
            self._take()
        else:
            self._say("250 ok")

    def _take(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.server.refusals:
            self.server.refusals -= 1
            self._say("451 come back later")
            return
        self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self._say("250 taken")

    def _say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


class SmtpSink(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine while it is used as a context."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails = []
        self.refusals = 0

    @property
    def port(self):
        return self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return super().__enter__()

    def __exit__(self, *args):
        self.shutdown()
        super().__exit__(*args)
