"""A headless Chromium, driven over its debugging pipe. Owns no opinion of a page; hears everything that it complains about."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--remote-debugging-pipe", "--window-size=1280,900",
)
LIMIT = 120.0
"""Seconds that one answer may take, on a busy machine."""


class Browser:
    """One browser with one page. `heard` holds errors and warnings of the console, in the order of their coming."""

    def __init__(self) -> None:
        self.profile = tempfile.mkdtemp(prefix="chromium-")
        to_browser, self.write = os.pipe()
        self.read, from_browser = os.pipe()

        def wire() -> None:
            spare = os.dup(from_browser), os.dup(to_browser)  # 3 and 4 may be what one of them is now
            os.dup2(spare[1], 3)
            os.dup2(spare[0], 4)

        self.process = subprocess.Popen(
            ["chromium", *FLAGS, f"--user-data-dir={self.profile}", "about:blank"], preexec_fn=wire, pass_fds=(3, 4),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.number, self.rest, self.session = 0, b"", None
        self.heard: list[str] = []
        self.loaded = 0
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.write)
        os.close(self.read)
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters, **({"sessionId": self.session} if self.session else {})}
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.listen()
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, answer)
                return answer["result"]

    def listen(self) -> dict[str, Any]:
        """The next message; what the page complains about is kept."""
        end = time.monotonic() + LIMIT
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.read], [], [], max(0.0, end - time.monotonic()))
            part = os.read(self.read, 1 << 16) if ready else b""
            if not part:
                raise TimeoutError(f"chromium says nothing more (it ended with {self.process.poll()})")
            self.rest += part
        line, self.rest = self.rest.split(b"\0", 1)
        message = json.loads(line)
        said = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                self.heard.append(json.dumps(said["exceptionDetails"]))
            case "Log.entryAdded":
                self.heard.append(f"{said['entry']['level']}: {said['entry']['text']}")
            case "Runtime.consoleAPICalled":
                self.heard.append(json.dumps(said["args"]))
            case "Page.loadEventFired":
                self.loaded += 1
        return message

    def open(self, page: Path, **media: str) -> None:
        """Loads a page, such as with prefers_color_scheme="dark" or media="print"."""
        features = [{"name": name.replace("_", "-"), "value": value} for name, value in media.items() if name != "media"]
        self.ask("Emulation.setEmulatedMedia", media=media.get("media", ""), features=features)
        before = self.loaded
        self.ask("Page.navigate", url=page.resolve().as_uri())
        while self.loaded == before:
            self.listen()

    def without_scripts(self, wanted: bool = True) -> None:
        self.ask("Emulation.setScriptExecutionDisabled", value=wanted)

    def run(self, code: str) -> Any:
        """The value of an expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def screenshot(self, place: Path) -> None:
        import base64

        place.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", captureBeyondViewport=True)["data"]))
