"""What goes wrong on a host, and what the server makes of it: it says what, and loses nothing."""

import signal
import time

from durability import Scene
from lab import Lab, Process, check, check_equal, wait_until
from servers import LESSOR, Lessor


def ended(scene: Scene, status: int = 1) -> str:
    """What a server that had to end said."""
    process = scene.server.process
    assert process
    check_equal(process.wait(20), status, 'exit')
    return process.output()


# C2-10
def full_disk(lab: Lab) -> None:
    """The disk fills up under load: no ACK that is not kept, an exit that says so; on the full disk
    a start is refused in words; with room again everything is there."""
    disk = lab.folder / 'disk'
    disk.mkdir()
    scene = Scene(lab, disk)
    scene.server_host.run('mount', '-t', 'tmpfs', '-o', 'size=1500k', 'none', str(disk))
    scene.server.start()
    load = scene.load(4000)
    said = ended(scene)
    load.stop()
    check('No space left on device' in said and 'stopping' in said, f'the last words: {said}')
    for _ in range(3):
        scene.server.launch()
        said = ended(scene)
        check('No space left on device' in said, f'on a full disk it said: {said}')
    scene.server_host.run('mount', '-o', 'remount,size=100m', str(disk))
    scene.server.start()
    kept = scene.check_kept('after the disk was full')
    check(kept > 1000, f'only {kept} leases: too few to prove anything')
    scene.server.stop()


def folders(lab: Lab) -> None:
    """A lease folder that is missing is made; one that is read-only, another user's, a file, or in
    use by a server elsewhere is refused in words, and what is in it stays as it was."""
    disk = lab.folder / 'disk'
    disk.mkdir()
    scene = Scene(lab, disk)
    host = scene.server_host
    host.run('mount', '-t', 'tmpfs', '-o', 'size=100m', 'none', str(disk))
    scene.server.store = disk / 'not' / 'there' / 'yet'
    scene.server.start()
    check_equal(scene.load(2000, 100).wait(30), 0, 'exit of the load')
    other = Lessor(host, scene.server.dhcp4, 'other')  # with a control socket of its own
    other.store = scene.server.store
    other.write_config()
    elsewhere = host.start('unshare', '--net', LESSOR, 'serve', '-c', str(other.config_file),
                           log='elsewhere')
    check_equal(elsewhere.wait(), 1, 'exit of the second server')
    check(f'in use by process {scene.server.process.pid}' in elsewhere.output(),
          f'the holder is not named: {elsewhere.output()}')
    scene.server.stop()
    for break_it, mend_it, word in (
            (('mount', '-o', 'remount,ro', disk), ('mount', '-o', 'remount,rw', disk), 'Read-only'),
            (('chown', '-R', 'nobody', disk), ('chown', '-R', 'root', disk), 'belong to'),
            (('mv', scene.server.store, disk / 'away'), ('mv', disk / 'away', scene.server.store),
             'Not a directory')):
        host.run(*map(str, break_it))
        if word == 'Not a directory':
            host.run('touch', str(scene.server.store))
        scene.server.launch()
        said = ended(scene)
        check(word in said and str(disk) in said, f'after {break_it} it said: {said}')
        if word == 'Not a directory':
            host.run('rm', str(scene.server.store))
        host.run(*map(str, mend_it))
    scene.server.start()
    check(scene.check_kept('after all that') >= 50, 'too few leases to prove anything')
    scene.server.stop()


# C2-10
def poor_host(lab: Lab) -> None:
    """Without a privilege, or with few open files: refused in words, or served; never a crash."""
    scene = Scene(lab, lab.folder)
    prefixes = {f'setpriv --bounding-set {c} --inh-caps {c}': w for c, w in (
        ('-net_raw', 'CAP_NET_RAW'), ('-net_bind_service', 'CAP_NET_BIND_SERVICE'),
        ('-all', 'CAP_NET_'), ('-all,+net_raw,+net_bind_service', ''))}
    prefixes |= {f'prlimit --nofile={n}': 'Too many open files' if n < 20 else '?'
                 for n in (8, 12, 16, 18, 20, 22, 24, 26, 28, 40)}
    for prefix, word in prefixes.items():
        scene.server.prefix = prefix.split()
        scene.server.launch()
        process = scene.server.process
        assert process
        wait_until(lambda p=process: not p.running() or 'leases in' in p.output(), 'a word')
        if process.running():
            check(word in ('', '?'), f'{prefix}: served, which was not expected')
            scene.server.stop()
            continue
        said = ended(scene)
        check('lessor: cannot' in said and (word == '?' or word in said), f'{prefix}: {said}')


def hangups(lab: Lab) -> None:
    """A storm of SIGHUPs under load: packets are served meanwhile, the last file is in force, and
    few reloads do for thousands of signals."""
    scene = Scene(lab, lab.folder)
    scene.server.start()
    load: Process = scene.load(2000)
    wait_until(scene.acks.exists, 'the first ACK')
    end = time.monotonic() + 2
    sent = 0
    while time.monotonic() < end:
        scene.server.signal(signal.SIGHUP)
        sent += 1
    scene.server.dhcp4['valid-lifetime'] = 12345
    scene.server.write_config()
    scene.server.signal(signal.SIGHUP)
    assert scene.server.process
    scene.server.process.wait_for_line('DHCPACK .* lease=3h25m45s')
    load.stop()
    reloads = scene.server.status()['reloads']
    print(f'{sent} SIGHUPs, {reloads}')
    check_equal(reloads['failed'], 0, 'failed reloads')
    check(0 < reloads['count'] < sent / 2, f'{reloads} for {sent} signals')
    scene.check_kept('after the storm')
    scene.server.stop()


PARALLEL = [full_disk, folders, poor_host, hangups]
ALONE: list = []
