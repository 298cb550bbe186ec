"""A small network of hosts and switches inside the test's own namespaces (isolate.py).

A host has its own network, mounts and name: its own /etc, lease files and kernel routes, so that
unmodified programs run in it as on a machine of their own. A switch is a host with a bridge; its
wire records every frame for tshark and lets a test wait for packets instead of sleeping.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from dhcp import Frame

PATIENCE = float(os.environ.get('LESSOR_E2E_PATIENCE', '1'))  # multiplies every time limit
FOLDER = Path('/run/lab')  # on a tmpfs that only this test sees

HOST_SETUP = '''
hostname {name}
ip link set lo up
mount -t sysfs none /sys 2>/dev/null
mkdir -p {folder}/etc/dhcp/dhclient-enter-hooks.d {folder}/work /run/dhcpcd
cp /etc/resolv.conf {folder}/etc
mount -t overlay none -o lowerdir=/etc,upperdir={folder}/etc,workdir={folder}/work /etc
! grep -q ^lessor: /etc/passwd || sed -i /^lessor:/d /etc/passwd
for private in /run/dhcpcd /var/lib/dhcpcd /var/lib/dhcp /var/lib/misc /var/lib/kea; do
  [ ! -d $private ] || mount -t tmpfs none $private
done
echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter
echo ready
exec sleep infinity
'''


class Failure(Exception):
    """What was expected did not happen."""


def check(condition: object, message: str) -> None:
    if not condition:
        raise Failure(message)


def check_equal(actual: object, expected: object, what: str) -> None:
    check(actual == expected, f'{what}: {actual!r}, expected {expected!r}')


def wait_until(condition: Callable[[], object], what: str, timeout: float = 10) -> object:
    """Polls where there is no event to wait for. Returns the first true value."""
    end = time.monotonic() + timeout * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f'waited {timeout * PATIENCE:.0f} s in vain for {what}')
        time.sleep(0.02)


class Process:
    """A program running in a host, its output in a log file."""

    def __init__(self, argv: list[str], log: Path, title: str, env: dict | None = None):
        self.title, self.log = title, log
        with open(log, 'ab') as output:
            self.log_start = output.tell()
            self.popen = subprocess.Popen(argv, stdout=output, stderr=subprocess.STDOUT,
                                          stdin=subprocess.DEVNULL, env=env)

    @property
    def pid(self) -> int:
        return self.popen.pid

    def running(self) -> bool:
        return self.popen.poll() is None

    def output(self) -> str:
        """What it has printed since it was started."""
        with open(self.log, encoding='utf-8', errors='replace') as file:
            file.seek(self.log_start)
            return file.read()

    def wait_for_line(self, pattern: str, timeout: float = 10) -> str:
        def found() -> str | None:
            match = re.search(f'^.*{pattern}.*$', self.output(), re.MULTILINE)
            if not match and not self.running():
                raise Failure(f'{self.title} ended with {self.popen.returncode} before /{pattern}/')
            return match[0] if match else None
        return str(wait_until(found, f'/{pattern}/ from {self.title}', timeout))

    def wait(self, timeout: float = 10) -> int:
        try:
            return self.popen.wait(timeout * PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure(f'{self.title} did not end within {timeout * PATIENCE:.0f} s') from None

    def stop(self, sign: int = signal.SIGTERM, timeout: float = 10) -> int:
        if self.running():
            self.popen.send_signal(sign)
        return self.wait(timeout)


class Host:
    """One machine of the lab."""

    def __init__(self, lab: 'Lab', name: str):
        self.lab, self.name = lab, name
        self.folder = lab.folder / name
        self.folder.mkdir()
        setup = HOST_SETUP.format(name=name, folder=self.folder)
        self.holder = subprocess.Popen(['unshare', '--net', '--mount', '--uts', 'sh', '-c', setup],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.holder.stdout and self.holder.stderr
        if self.holder.stdout.readline() != 'ready\n':
            raise Failure(f'cannot make host {name}: {self.holder.stderr.read()}')

    def inside(self, argv: list[str]) -> list[str]:
        """The command that runs argv in this host."""
        return ['nsenter', '-t', str(self.holder.pid), '--net', '--mount', '--uts', '--', *argv]

    def start(self, *argv: str, env: dict | None = None, log: str | None = None) -> Process:
        """Starts a program in the background."""
        title = log or Path(argv[0]).name
        process = Process(self.inside(list(argv)), self.lab.logs / f'{self.name}.{title}.log',
                          f'{title} on {self.name}', {**os.environ, **env} if env else None)
        self.lab.processes.append(process)
        return process

    def run(self, *argv: str, timeout: float = 20, ok: tuple[int, ...] = (0,)) -> str:
        """Runs a program to its end and returns what it printed on standard output."""
        try:
            done = subprocess.run(self.inside(list(argv)), capture_output=True, text=True,
                                  timeout=timeout * PATIENCE, stdin=subprocess.DEVNULL, check=False)
        except subprocess.TimeoutExpired:
            raise Failure(f'{self.name}: {" ".join(argv)}: no end in {timeout} s') from None
        check(done.returncode in ok, f'{self.name}: {" ".join(argv)}: exit {done.returncode}\n'
              f'{done.stdout}{done.stderr}')
        return done.stdout

    @contextlib.contextmanager
    def network(self) -> Iterator[None]:
        """Sockets opened by this thread belong to this host meanwhile."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open('/proc/thread-self/ns/net', 'rb') as ours, \
                open(f'/proc/{self.holder.pid}/ns/net', 'rb') as theirs:
            if libc.setns(theirs.fileno(), 0) != 0:
                raise OSError(ctypes.get_errno(), 'setns')
            try:
                yield
            finally:
                libc.setns(ours.fileno(), 0)

    def batch(self, commands: Iterable[str]) -> None:
        """Many ip commands in one run."""
        path = self.folder / 'batch'
        path.write_text('\n'.join(commands) + '\n')
        self.run('ip', '-batch', str(path))

    def packet_socket(self, interface: str) -> socket.socket:
        """A raw socket that sees and sends whole Ethernet frames."""
        with self.network():
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
            s.bind((interface, 0x0800))
        return s

    def addresses(self, interface: str = 'eth0') -> list[str]:
        shown = json.loads(self.run('ip', '-j', '-4', 'addr', 'show', 'dev', interface) or '[]')
        return [a['local'] for link in shown for a in link.get('addr_info', [])]

    def turn_off_checksum_offload(self, interface: str) -> None:
        """Makes the kernel compute UDP checksums, so that the capture holds real ones."""
        ethtool_stxcsum, siocethtool = 0x17, 0x8946
        value = ctypes.create_string_buffer(struct.pack('II', ethtool_stxcsum, 0))
        request = struct.pack('16sP', interface.encode(), ctypes.addressof(value))
        with self.network(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            fcntl.ioctl(s, siocethtool, request)
        self.lab.checked_macs.append(self.run('cat', f'/sys/class/net/{interface}/address').strip())


class Wire:
    """Everything that crosses a switch: a pcap file, and frames that a test can wait for."""

    def __init__(self, host: Host, interface: str, path: Path):
        self.path, self.frames = path, list[Frame]()
        self.changed = threading.Condition()
        self.socket = host.packet_socket(interface)
        so_timestampns, packet_add_membership, promiscuous = 35, 1, 1
        with host.network():
            index = socket.if_nametoindex(interface)
        self.socket.setsockopt(263, packet_add_membership,
                               struct.pack('iHH8s', index, promiscuous, 0, b''))
        self.socket.setsockopt(socket.SOL_SOCKET, so_timestampns, 1)
        self.file = open(path, 'wb')
        nanosecond_pcap = 0xa1b23c4d
        self.file.write(struct.pack('IHHiIII', nanosecond_pcap, 2, 4, 0, 0, 65535, 1))
        threading.Thread(target=self._record, daemon=True).start()

    def _record(self) -> None:
        while True:
            try:
                data, extra, _, _ = self.socket.recvmsg(65535, 64)
            except OSError:
                return
            seconds, nanoseconds = struct.unpack('qq', extra[0][2])
            frame = Frame.decode(data, seconds + nanoseconds / 1e9)
            with self.changed:
                self.file.write(struct.pack('IIII', seconds, nanoseconds, len(data), len(data)))
                self.file.write(data)
                if frame and frame.message:
                    self.frames.append(frame)
                    self.changed.notify_all()

    @staticmethod
    def now() -> float:
        """The time, as frames carry it: for `since`."""
        return time.time()

    def seen(self, match: Callable[[Frame], object], since: float = 0) -> list[Frame]:
        """What came after the time `since`."""
        with self.changed:
            return [f for f in self.frames if f.time > since and match(f)]

    def wait(self, match: Callable[[Frame], object], what: str, timeout: float = 10,
             since: float = 0) -> Frame:
        """The first matching frame after `since`, be it here already or still to come."""
        def found() -> Frame | None:
            return next((f for f in self.frames if f.time > since and match(f)), None)
        with self.changed:
            frame = self.changed.wait_for(found, timeout * PATIENCE)
        if frame is None:
            raise Failure(f'waited {timeout * PATIENCE:.0f} s in vain for {what}')
        return frame

    def type(self, kind: int, what: str, timeout: float = 10, since: float = 0,
             **fields) -> Frame:
        """Waits for a message of this type whose fields have these values."""
        return self.wait(lambda f: f.message.type == kind and
                         all(getattr(f.message, k) == v for k, v in fields.items()),
                         what, timeout, since)

    def flush(self) -> None:
        with self.changed:
            self.file.flush()


class Switch(Host):
    """An Ethernet switch: a bridge whose ports are the far ends of the hosts' interfaces."""

    wire: Wire

    def __init__(self, lab: 'Lab', name: str, record: bool):
        super().__init__(lab, name)
        self.run('ip', 'link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0',
                 'mcast_snooping', '0')
        self.run('ip', 'link', 'set', 'br0', 'up')
        if record:
            self.wire = Wire(self, 'br0', lab.logs / f'{name}.pcap')
            lab.wires.append(self.wire)

    def send_nowhere(self, mac: str, port: str) -> None:
        """From now on frames to `mac` leave by `port` only, which sends none back where it came
        from: unicast to `mac` from that port is cut off, broadcasts still arrive."""
        self.run('bridge', 'fdb', 'replace', mac, 'dev', port, 'master', 'static',
                 'sticky')


class Lab:
    """All hosts of one test. Use as a context: on failure it shows what happened."""

    def __init__(self, name: str):
        self.name = name
        self.folder, self.logs = FOLDER, FOLDER / 'logs'
        self.processes: list[Process] = []
        self.hosts: list[Host] = []
        self.wires: list[Wire] = []
        self.checked_macs: list[str] = []  # whose packets tshark must find nothing wrong with
        subprocess.run(['mount', '-t', 'tmpfs', 'none', '/run'], check=True)
        self.logs.mkdir(parents=True)
        os.environ['HOME'] = str(self.folder)  # nobody's preferences count here

    def host(self, name: str) -> Host:
        self.hosts.append(Host(self, name))
        return self.hosts[-1]

    def switch(self, name: str = 'switch', record: bool = True) -> Switch:
        """Without `record` it has no wire: thousands of frames a second are too many for one."""
        switch = Switch(self, name, record)
        self.hosts.append(switch)
        return switch

    def connect(self, host: Host, switch: Switch, interface: str = 'eth0', mac: str | None = None,
                address: str | None = None) -> None:
        """Plugs an interface of the host into the switch, at a port named after the host."""
        port = f'{host.name}-{interface}'
        switch.run('ip', 'link', 'add', port, 'type', 'veth', 'peer', 'name', interface, 'netns',
                   str(host.holder.pid))
        switch.run('ip', 'link', 'set', port, 'master', 'br0', 'up')
        if mac:
            host.run('ip', 'link', 'set', interface, 'address', mac)
        host.run('ip', 'link', 'set', interface, 'up')
        if address:
            host.run('ip', 'addr', 'add', address, 'brd', '+', 'dev', interface)

    def move(self, host: Host, old: Switch, new: Switch, interface: str = 'eth0') -> None:
        """Pulls the cable out of one switch and puts it into another."""
        port = f'{host.name}-{interface}'
        old.run('ip', 'link', 'set', port, 'netns', str(new.holder.pid))
        new.run('ip', 'link', 'set', port, 'master', 'br0', 'up')

    def unplug(self, host: Host, interface: str = 'eth0') -> None:
        host.run('ip', 'link', 'del', interface)

    def __enter__(self) -> 'Lab':
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        for process in self.processes:
            if process.running():
                process.popen.kill()
        self.flush()
        if kind is not None:
            self.show()
        for host in self.hosts:
            host.holder.kill()

    def flush(self) -> None:
        """Brings the captures up to date."""
        for wire in self.wires:
            wire.flush()

    def pcaps(self) -> list[Path]:
        return sorted(self.logs.glob('*.pcap'))

    def show(self) -> None:
        """Prints every log and every packet, and keeps both where LESSOR_E2E_KEEP says."""
        for log in sorted(self.logs.glob('*.log')):
            print(f'\n==== {log.name}\n' + '\n'.join(log.read_text(errors='replace')
                                                     .splitlines()[-150:]))
        for pcap in self.pcaps():
            print(f'\n==== {pcap.name}', flush=True)
            subprocess.run(['tshark', '-n', '-t', 'r', '-r', pcap], stderr=subprocess.DEVNULL,
                           check=False)
        keep = os.environ.get('LESSOR_E2E_KEEP')
        if keep:
            shutil.copytree(self.logs, Path(keep) / self.name, dirs_exist_ok=True)
            print(f'\nlogs and captures: {keep}/{self.name}')
