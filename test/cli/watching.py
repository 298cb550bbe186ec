"""`lessor watch`: on real interfaces, with frames that a stranger sends."""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path
from typing import Iterator

from program import LESSOR, folder, make_link, run, wait_until
from showing import capture

BROADCAST = b'\xff' * 6
STRANGER = bytes.fromhex('020000000099')


def message(kind: int, client: int = 7) -> bytes:
    return capture.Message(kind, relayed=False).of(client)


def tagged(frame: bytes, *tags: int) -> bytes:
    inside = b''.join(struct.pack('!HH', 0x8100, tag) for tag in tags)
    return frame[:12] + inside + frame[12:]


def arp(sender: str, target: str) -> bytes:
    return (BROADCAST + STRANGER + struct.pack('!HHHBBH', 0x0806, 1, 0x0800, 6, 4, 1) + STRANGER +
            socket.inet_aton(sender) + bytes(6) + socket.inet_aton(target)).ljust(60, b'\0')


def send(*frames: bytes, interface: str = 'far0') -> None:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.bind((interface, 0))
        for frame in frames:
            out.send(frame)


class Watch:
    """A watch at work, its output in files."""

    def __init__(self, where: Path, *arguments: str):
        self.out, self.err = where / 'out', where / 'err'
        with open(self.out, 'wb') as out, open(self.err, 'wb') as err:
            self.process = subprocess.Popen([LESSOR, 'watch', *arguments], stdout=out, stderr=err)
        wait_until(lambda: 'watching' in self.err.read_text() or self.process.poll() is not None,
                   'the word that it watches')

    def lines(self) -> list[str]:
        return self.out.read_text().splitlines()

    def wait_lines(self, count: int) -> list[str]:
        wait_until(lambda: len(self.lines()) >= count, f'{count} lines: {self.lines()}')
        return self.lines()

    def stop(self, number: int = signal.SIGINT) -> str:
        """Ends it; what it said at the end."""
        self.process.send_signal(number)
        code = self.process.wait(10)
        assert code == 0, (code, self.err.read_text())
        return self.err.read_text().splitlines()[-1]


@contextlib.contextmanager
def watching(*arguments: str) -> Iterator[Watch]:
    with folder() as where:
        watch = Watch(where, *arguments)
        try:
            yield watch
        finally:
            watch.process.kill()
            watch.process.wait()


def words_and_errors() -> None:
    make_link()
    run('watch').expect(2, 'needs an interface')
    run('watch', 'eth1').expect(1, "'eth1' is no interface of this host", "did you mean 'eth0'?")
    run('watch', 'wlan7').expect(1, 'there are any, ', 'eth0')
    run('watch', 'eth0', '--filter', 'udp prt').expect(2, '--filter', 'syntax error')
    run('watch', 'eth0', '--duration', 'soon').expect(2, '--duration')
    run('watch', 'eth0', '--rotate-size', '1M').expect(2, '-w FILE')
    run('watch', 'eth0', '-w', 'x', '--keep', '3').expect(2, '--rotate-size')
    run('watch', 'eth0', '-w', 'x', '--rotate-size', 'big').expect(2, '10M')
    run('watch', 'eth0', 'type=offr').expect(2, "did you mean 'offer'?")
    run('watch', 'eth0', '-w', '/dev/null/x').expect(1, '/dev/null/x')
    run('watch', 'any,eth0', '-w', 'x', '--duration', '0s').expect(1, 'one kind of frames')
    done = subprocess.run(['setpriv', '--bounding-set=-all', '--inh-caps=-all', LESSOR, 'watch',
                           'eth0'], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1, done
    assert 'not permitted' in done.stderr and 'cap_net_raw' in done.stderr, done.stderr


def an_exchange_as_it_passes() -> None:
    make_link()
    with watching('eth0') as watch:
        send(*(message(kind) for kind in (1, 2, 3, 5)))
        shown = watch.wait_lines(4)
        assert [line.split()[5] for line in shown] == ['DISCOVER', 'OFFER', 'REQUEST', 'ACK'], shown
        assert watch.stop() == 'lessor: 4 captured, 4 shown, 0 dropped by the kernel'
    with watching('-c', '2', '-i', 'eth0', 'type=offer') as watch:
        send(*(message(kind) for kind in (1, 2, 1, 2, 2)))
        assert watch.process.wait(10) == 0
        assert len(watch.lines()) == 2, watch.lines()
    with watching('eth0', '--json') as watch:
        send(message(1))
        watch.wait_lines(1)
        assert 'shown' in watch.stop(signal.SIGTERM)


def it_ends_by_itself() -> None:
    make_link()
    started = time.monotonic()
    run('watch', 'eth0', '--duration', '300ms').expect(0, '0 captured')
    assert 0.3 <= time.monotonic() - started < 5


def tags_are_seen_through() -> None:
    make_link()
    with watching('eth0') as watch:
        send(tagged(message(1), 5), tagged(message(2), 5, 6), message(3))
        shown = watch.wait_lines(3)
        assert [line.split()[5] for line in shown] == ['DISCOVER', 'OFFER', 'REQUEST'], shown


def of_arp_and_icmp_only_what_concerns_dhcp() -> None:
    make_link()
    with watching('eth0') as watch:
        send(arp('10.77.0.1', '10.77.0.2'), message(2), arp('10.77.0.1', '10.77.0.2'),
             arp('0.0.0.0', '10.1.0.7'), message(5))
        shown = watch.wait_lines(3)
        assert [line.split()[5] for line in shown] == ['OFFER', 'ARP', 'ACK'], shown
        assert 'probe: does anybody use 10.1.0.7?' in shown[1], shown
        # The numbers are those of all that was captured.
        assert [line.split()[0] for line in shown] == ['2', '4', '5'], shown
    with watching('eth0', '--filter', 'arp') as watch:
        send(message(2), arp('10.77.0.1', '10.77.0.2'))
        assert 'who has 10.77.0.2?' in watch.wait_lines(1)[0]


def several_interfaces_and_any() -> None:
    make_link()
    with watching('eth0,far0') as watch:
        send(message(1))
        shown = watch.wait_lines(2)
        assert sorted(line.split()[-1] for line in shown) == ['on=eth0', 'on=far0'], shown
    with watching('any', '--json') as watch:
        send(message(1))
        assert '"link":"cooked2"' in watch.wait_lines(1)[0]


def what_is_kept_is_readable_at_any_time() -> None:
    make_link()
    with folder() as where, watching('eth0', '-w', str(where / 'x.pcap')) as watch:
        run('show', str(where / 'x.pcap')).expect(0, 'no packet')
        send(message(1), message(2))
        watch.wait_lines(2)
        assert len(run('show', str(where / 'x.pcap')).expect(0).out.splitlines()) == 2
        assert len(run('watch', '-r', str(where / 'x.pcap')).expect(0).out.splitlines()) == 2


def files_rotate() -> None:
    make_link()
    with folder() as where, watching('eth0', '-w', str(where / 'x.pcap'), '--rotate-size', '800',
                                     '--keep', '2') as watch:
        send(*(message(kind) for kind in (1, 2, 3, 5) * 3))
        watch.wait_lines(12)
        assert 'captured' in watch.stop()
        names = sorted(os.listdir(where))
        assert names == ['x-00005.pcap', 'x-00006.pcap'], names
        assert len(run('show', str(where / names[0])).expect(0).out.splitlines()) == 2


def a_reader_that_goes_away_ends_it() -> None:
    make_link()
    with subprocess.Popen([LESSOR, 'watch', 'eth0'], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as watch:
        assert 'watching' in watch.stderr.readline()
        watch.stdout.close()
        send(message(1))
        assert watch.wait(10) in (0, 1)
        assert 'Traceback' not in watch.stderr.read()


CASES = [words_and_errors, an_exchange_as_it_passes, it_ends_by_itself, tags_are_seen_through,
         of_arp_and_icmp_only_what_concerns_dhcp, several_interfaces_and_any,
         what_is_kept_is_readable_at_any_time, files_rotate, a_reader_that_goes_away_ends_it]
