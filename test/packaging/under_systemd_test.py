#!/usr/bin/env python3
"""The service units under a real systemd: a guest in namespaces of its own, on a copy of this
system's files that is gone when it ends."""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LESSOR = str(Path(os.environ.get('LESSOR', ROOT / 'build' / 'lessor')).resolve())
SYSTEMD = '/lib/systemd/systemd'
PATIENCE = 30.0 * float(os.environ.get('LESSOR_E2E_PATIENCE', '1'))
SKIPPED = 77
SERVER = {'Dhcp4': {
    'interfaces-config': {'interfaces': ['lan']},
    'lease-database': {'type': 'memfile', 'name': '/var/lib/lessor/leases'},
    'subnet4': [{'id': 1, 'subnet': '192.0.2.0/24',
                 'pools': [{'pool': '192.0.2.10-192.0.2.19'}]}]}}
RELAY = {'Relay': {'servers': ['192.0.2.7'], 'downlinks': [{'interface': 'downlink'}]}}

# Cgroups and devices of its own, and no way to the kernel's settings: its systemd changes nothing
# of the host's. Of the system's own units only what the started ones pull in, and of that nothing
# that is wanted but not needed: no journal, no login, no timers.
BOOT = r'''
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root" "$1/cgroup"
mount -t cgroup2 cgroup2 "$1/cgroup"
mkdir "$1/cgroup$4"
echo 0 >"$1/cgroup$4/cgroup.procs"
umount "$1/cgroup"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
find etc/systemd/system lib/systemd/system -name '*.wants' -prune -exec rm -r {} +
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mkdir -p run/lock etc/lessor
cp "$2" usr/bin/lessor
cp "$3"/*.service etc/systemd/system/
cp "$1.files"/* etc/lessor/
printf '[Unit]\nDefaultDependencies=no\n' >etc/systemd/system/guest.target
: >etc/machine-id
rm -rf var/lib/lessor var/log/lessor
systemd-sysusers --root="$1/root" "$3/lessor.sysusers"
chroot . chgrp -R lessor /etc/lessor
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs sysfs sys
mount -t tmpfs tmpfs dev
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty dev/
ln -s pts/ptmx dev/ptmx
mount --rbind . .
cd "$1/root"
mkdir old
pivot_root . old
umount -l old
export container=lxc
exec unshare --cgroup chroot . sh -c 'mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec /lib/systemd/systemd --system --unit=guest.target --log-target=null'
'''

CLEAR = r'''
mount -t cgroup2 cgroup2 "$1"
if [ -d "$1$2" ]; then find "$1$2" -depth -type d -exec rmdir {} +; fi
'''


def own_cgroup() -> str:
    """Its path in the unified tree, with a slash behind."""
    lines = Path('/proc/self/cgroup').read_text().splitlines()
    return next((line[3:] for line in lines if line.startswith('0::')), '').rstrip('/') + '/'


class Guest:
    """A systemd that is process 1 of its own namespaces. On the link `lan` and on `downlink` there
    is a host, of the same names, to be a client."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        top = Path(self.folder.name) / 'guest'
        top.mkdir()
        files = Path(f'{top}.files')
        files.mkdir()
        (files / 'lessor.conf').write_text(json.dumps(SERVER))
        (files / 'relay.conf').write_text(json.dumps(RELAY))
        self.cgroup = f'{own_cgroup()}lessor-guest-{top.parent.name}'
        # Whatever ends this process ends the guest.
        self.outside = subprocess.Popen(
            ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--pid', '--fork', '--kill-child=KILL',
             '--mount', '--net', '--uts', '--ipc', 'sh', '-c', BOOT, 'boot', str(top), LESSOR,
             str(ROOT / 'packaging'), self.cgroup],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        atexit.register(self.end)  # unittest clears nothing up when it is interrupted

    def end(self) -> None:
        atexit.unregister(self.end)
        # When process 1 has ended, all others of its namespace have.
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(self.first_process() or self.outside.pid), signal.SIGKILL)
        self.outside.wait()
        subprocess.run(['unshare', '--mount', 'sh', '-c', CLEAR, 'clear', self.folder.name,
                        self.cgroup], check=False, timeout=PATIENCE)
        self.folder.cleanup()

    def first_process(self) -> str:
        """Its number; empty while there is none."""
        found = Path(f'/proc/{self.outside.pid}/task/{self.outside.pid}/children')
        return next(iter(found.read_text().split() if found.exists() else []), '')

    def run(self, *command: str, check: bool = True) -> str:
        done = subprocess.run(['nsenter', '-t', self.first_process(), '-a', *command],
                              capture_output=True, text=True, check=False, timeout=PATIENCE)
        if check and done.returncode != 0:
            raise AssertionError(f'{command}: {done.returncode}\n{done.stdout}{done.stderr}')
        return done.stdout

    def is_up(self) -> bool:
        if self.outside.poll() is not None:
            raise AssertionError(f'it ended: {self.outside.communicate()[0]}')
        # Before that its root is the host's still, and so is the systemd that would be asked.
        name = Path(f'/proc/{self.first_process()}/comm')
        return name.exists() and name.read_text() == 'systemd\n' and self.run(
            'systemctl', 'is-system-running', check=False).strip() == 'running'

    def wire(self, link: str, address: str) -> None:
        self.run('ip', 'netns', 'add', link)
        self.run('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', link)
        self.run('ip', 'addr', 'add', address, 'dev', link)
        self.run('ip', 'link', 'set', link, 'up')
        self.run('ip', '-n', link, 'link', 'set', 'eth0', 'up')

    def show(self, unit: str, *properties: str) -> dict[str, str]:
        text = self.run('systemctl', 'show', unit, '--property=' + ','.join(properties))
        return dict(line.split('=', 1) for line in text.splitlines())

    def status_of_process(self, unit: str) -> dict[str, str]:
        pid = self.show(unit, 'MainPID')['MainPID']
        text = self.run('cat', f'/proc/{pid}/status') + 'Nice: ' + self.run(
            'ps', '-o', 'ni=', '-p', pid)
        return {key: value.strip() for key, _, value in
                (line.partition(':') for line in text.splitlines())}

    def assigned(self) -> int:
        return json.loads(self.run('lessor', 'status', '--json'))['pools'][0]['assigned']


def wait_until(condition, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f'not within {PATIENCE} s: {what}')
        time.sleep(0.05)


class UnderSystemd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guest = Guest()
        cls.addClassCleanup(cls.guest.end)
        wait_until(cls.guest.is_up, 'systemd runs')
        cls.guest.wire('lan', '192.0.2.1/24')
        cls.guest.wire('downlink', '198.51.100.1/24')

    def check_is_shut_in(self, unit: str) -> None:
        status = self.guest.status_of_process(unit)
        user = self.guest.run('id', '-u', 'lessor').strip()
        self.assertEqual(set(status['Uid'].split()), {user})
        self.assertEqual(int(status['CapEff'], 16), 1 << 13 | 1 << 10)  # NET_RAW, NET_BIND_SERVICE
        self.assertEqual(int(status['CapBnd'], 16) & ~(1 << 13 | 1 << 10), 0)
        self.assertEqual((status['NoNewPrivs'], status['Seccomp']), ('1', '2'))
        # One that systemd sets and that of the program itself.
        self.assertGreater(int(status['Seccomp_filters']), 1)

    def test_serves_through_a_reload_and_a_crash(self):
        guest = self.guest
        guest.run('systemctl', 'start', 'lessor')
        self.addCleanup(guest.run, 'systemctl', 'stop', 'lessor')
        self.check_is_shut_in('lessor')
        self.assertEqual(guest.status_of_process('lessor')['Nice'], '-10')
        guest.run('ip', 'netns', 'exec', 'lan', 'lessor', 'client', 'eth0', '--once')
        self.assertEqual(guest.assigned(), 1)

        wider = json.dumps(SERVER).replace('192.0.2.19', '192.0.2.99')
        guest.run('sh', '-c', f"echo '{wider}' >/etc/lessor/lessor.conf")
        guest.run('systemctl', 'reload', 'lessor')
        wait_until(lambda: '192.0.2.99' in guest.run('lessor', 'status'), 'the reload is in force')

        before = guest.show('lessor', 'MainPID')
        guest.run('systemctl', 'kill', '--signal=KILL', 'lessor')
        wait_until(lambda: guest.show('lessor', 'NRestarts', 'SubState') ==
                   {'NRestarts': '1', 'SubState': 'running'}, 'it is started again')
        self.assertNotEqual(guest.show('lessor', 'MainPID'), before)
        self.assertEqual(guest.assigned(), 1)

        guest.run('systemctl', 'stop', 'lessor')
        self.assertEqual(guest.show('lessor', 'ActiveState', 'Result'),
                         {'ActiveState': 'inactive', 'Result': 'success'})

    def test_a_broken_configuration_is_refused_before_it_starts(self):
        guest = self.guest
        guest.run('cp', '/etc/lessor/lessor.conf', '/tmp/good')
        self.addCleanup(guest.run, 'cp', '/tmp/good', '/etc/lessor/lessor.conf')
        guest.run('sh', '-c', "echo '{' >/etc/lessor/lessor.conf")
        guest.run('systemctl', 'start', 'lessor', check=False)
        self.addCleanup(guest.run, 'systemctl', 'stop', 'lessor')
        self.assertEqual(guest.show('lessor', 'MainPID', 'Result'),
                         {'MainPID': '0', 'Result': 'exit-code'})

    def test_relays(self):
        guest = self.guest
        guest.run('systemctl', 'start', 'lessor-relay')
        self.addCleanup(guest.run, 'systemctl', 'stop', 'lessor-relay')
        self.check_is_shut_in('lessor-relay')
        status = guest.run('lessor', 'relay', '--status', '--socket',
                           '/run/lessor-relay/relay.sock')
        self.assertRegex(status, r'downlink\b.*198\.51\.100\.1')
        guest.run('systemctl', 'stop', 'lessor-relay')
        self.assertEqual(guest.show('lessor-relay', 'Result'), {'Result': 'success'})


def why_not() -> str:
    if os.geteuid() != 0:
        return 'it takes root'
    if not os.access(SYSTEMD, os.X_OK):
        return f'there is no {SYSTEMD}'
    probe = Guest()
    try:
        wait_until(probe.is_up, 'systemd runs')
    except (AssertionError, OSError, subprocess.SubprocessError) as error:
        return f'no systemd could be started in namespaces: {error}'
    finally:
        probe.end()
    return ''


if __name__ == '__main__':
    if reason := why_not():
        print(f'SKIPPED: {reason}')
        sys.exit(SKIPPED)
    unittest.main()
