"""Running lessor, with a folder of its own for what a case makes."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Callable, Iterator

LESSOR = os.environ.get('LESSOR', str(Path(__file__).parents[2] / 'build' / 'lessor'))
# Seconds for what takes none: a disk that is busy with other things may take them.
PATIENCE = 30.0 * float(os.environ.get('LESSOR_E2E_PATIENCE', '1'))


class Done:
    """What a command printed and how it ended."""

    def __init__(self, process: subprocess.CompletedProcess):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr

    def expect(self, code: int, *said: str) -> 'Done':
        """Fails unless it ended with `code` and said each of the texts somewhere."""
        everything = self.out + self.err
        assert self.code == code, f'exit {self.code}, expected {code}: {everything}'
        for text in said:
            assert text in everything, f'{text!r} is not in: {everything}'
        return self


def run(*arguments: str, **more) -> Done:
    return Done(subprocess.run([LESSOR, *arguments], capture_output=True, text=True,
                               timeout=PATIENCE, check=False, **more))


def wait_until(condition: Callable[[], bool], what: str, timeout: float = PATIENCE) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f'waited {timeout} s for {what}'
        time.sleep(0.02)


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix='lessor-cli-') as name:
        yield Path(name)


def config(where: Path, **more) -> dict:
    return {'Dhcp4': {
        'lease-database': {'type': 'memfile', 'name': str(where / 'leases')},
        'subnet4': [{'id': 1, 'subnet': '192.0.2.0/24',
                     'pools': [{'pool': '192.0.2.10 - 192.0.2.20'}]}], **more}}


def write_config(where: Path, **more) -> str:
    file = where / 'lessor.conf'
    file.write_text(json.dumps(config(where, **more)))
    return str(file)


def make_link() -> None:
    """eth0 with an address, and a stranger's end of the same cable."""
    for command in ('link set lo up', 'link add eth0 type veth peer name far0',
                    'addr add 192.0.2.1/24 dev eth0', 'link set eth0 up', 'link set far0 up'):
        subprocess.run(['ip', *command.split()], check=True)


class Server:
    """lessor serve, running in a folder with a link."""

    def __init__(self, where: Path, *arguments: str, program: str = LESSOR):
        self.where, self.log = where, where / 'log'
        self.socket = str(where / 'leases' / 'control.sock')
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen([program, 'serve', *arguments], stdout=log, stderr=log)

    def ready(self) -> 'Server':
        wait_until(lambda: os.path.exists(self.socket) or self.process.poll() is not None,
                   'the control socket')
        assert self.process.poll() is None, self.said()
        return self

    def said(self) -> str:
        return self.log.read_text()

    def wait_said(self, text: str) -> None:
        wait_until(lambda: text in self.said(), f'{text!r} in the log:\n{self.said()}')

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def ended(self, timeout: float = 10) -> int:
        return self.process.wait(timeout)

    def stop(self) -> int:
        self.signal(signal.SIGTERM)
        return self.ended()

    def ask(self, request: bytes | dict | str, close: bool = True) -> dict:
        """One command over the control socket, as bytes, as JSON, or by its name."""
        if isinstance(request, str):
            request = {'command': request}
        if isinstance(request, dict):
            request = json.dumps(request).encode()
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(20)
            s.connect(self.socket)
            with contextlib.suppress(BrokenPipeError):  # it may answer before it has read all
                s.sendall(request)
                if close:
                    s.shutdown(socket.SHUT_WR)
            answer = b''
            while piece := s.recv(65536):
                answer += piece
        return json.loads(answer)


@contextlib.contextmanager
def serving(**more) -> Iterator[Server]:
    """A server with a configuration file, on a link; stopped with exit 0 at the end."""
    with folder() as where:
        make_link()
        server = Server(where, '-c', write_config(where, **more)).ready()
        try:
            yield server
        except BaseException:
            print(server.said())
            server.process.kill()
            raise
        if server.process.poll() is None:
            assert server.stop() == 0, server.said()
