"""The life of a server: start, reload, stop, and what it refuses."""

import json
import os
import signal
import socket
import subprocess
from pathlib import Path

from program import Server, folder, make_link, run, serving, wait_until, write_config


def stops_cleanly() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with folder() as where:
            if number == signal.SIGTERM:
                make_link()
            server = Server(where, '-c', write_config(where)).ready()
            server.wait_said('serving eth0')
            server.signal(number)
            assert server.ended() == 0, server.said()
            assert not os.path.exists(server.socket), 'the control socket is still there'
            assert 'stopped' in server.said()


def one_server_a_folder() -> None:
    with serving() as server:
        # Port 67 is the first thing that the second one lacks; without it, the folder is.
        second = Server(server.where, '-c', str(server.where / 'lessor.conf'))
        assert second.ended() == 1
        second.wait_said(str(server.process.pid))
        run('leases', 'repair', '-c', str(server.where / 'lessor.conf')).expect(
            1, str(server.process.pid))


def reloads_and_says_what_is_wrong() -> None:
    with serving() as server:
        file = server.where / 'lessor.conf'
        write_config(server.where, **{'valid-lifetime': 77})
        server.signal(signal.SIGHUP)
        server.wait_said('the new configuration is in force')
        answer = server.ask('config-get')
        assert answer['arguments']['Dhcp4']['valid-lifetime'] == 77, answer

        file.write_text(file.read_text().replace('valid-lifetime', 'valid-lifetme'))
        server.signal(signal.SIGHUP)
        server.wait_said('the configuration stays as it was')
        server.wait_said("valid-lifetime'?")
        assert server.ask('config-reload')['result'] == 1
        answer = server.ask('config-get')
        assert answer['arguments']['Dhcp4']['valid-lifetime'] == 77, answer
        status = json.loads(run('status', '--json', '-c', str(file), '--socket',
                                server.socket).out or '{}')
        assert status == {} or status['reloads']['failed'] == 2, status


def another_store_takes_a_restart() -> None:
    with serving() as server:
        elsewhere = {'type': 'memfile', 'name': str(server.where / 'elsewhere')}
        write_config(server.where, **{'lease-database': elsewhere})
        answer = server.ask('config-reload')
        assert answer['result'] == 1 and 'restart' in answer['text'], answer
        assert not (server.where / 'elsewhere').exists()


def without_a_file_nothing_reloads() -> None:
    with folder() as where:
        make_link()
        server = Server(where, '--interface', 'eth0', '--alongside', '--lease-dir',
                        str(where / 'leases'), '--pool', '192.0.2.50-192.0.2.60', '--exclude',
                        '192.0.2.55', '--router', '192.0.2.1', '--lease-time', '5m').ready()
        for text in ('192.0.2.50', 'routers', 'eth0', '5m'):  # before the first packet
            server.wait_said(text)
        server.signal(signal.SIGHUP)
        server.wait_said('without a configuration file')
        subnet = server.ask('config-get')['arguments']['Dhcp4']['subnet4'][0]
        assert {'pool': '192.0.2.50 - 192.0.2.54'} in subnet['pools'], subnet
        assert server.stop() == 0


def what_cannot_be_served_without_a_file() -> None:
    """What the words themselves get wrong is usage; what this host does not have is a failure."""
    run('serve', '--interface', 'eth7').expect(1, 'eth7')
    make_link()
    run('serve', '--interface', 'eth0', '--pool', '198.51.100.1-198.51.100.9').expect(1, '--pool')
    run('serve', '--interface', 'eth0', '--pool', 'x', '--dns', 'y', '--lease-time', 'z').expect(
        2, "--pool: 'x'", "--dns: 'y'", "--lease-time: 'z'")
    run('serve', '--interface', 'lo').expect(1, 'loopback')
    subprocess.run(['ip', 'link', 'set', 'far0', 'down'], check=True)
    run('serve', '--interface', 'eth0').expect(1, 'eth0 has no carrier', '--alongside')
    subprocess.run(['ip', 'link', 'set', 'eth0', 'down'], check=True)
    run('serve', '--interface', 'eth0').expect(1, 'eth0 is down', 'ip link set eth0 up')


def every_interface_may_be_demanded() -> None:
    with folder() as where:
        make_link()
        wanted = {'interfaces': ['eth0', 'eth9'], 'service-sockets-require-all': True}
        run('serve', '-c', write_config(where, **{'interfaces-config': wanted})).expect(
            1, 'eth9', 'service-sockets-require-all')
        wanted['service-sockets-require-all'] = False
        server = Server(where, '-c', write_config(where, **{'interfaces-config': wanted})).ready()
        server.wait_said('not serving eth9')
        assert server.ask('status-get')['arguments']['sockets']['status'] == 'retrying'
        run('status', '-c', str(where / 'lessor.conf')).expect(0, 'eth9', 'not served')
        assert server.stop() == 0


def syslog_gets_the_facility_asked_for() -> None:
    with folder() as where:
        make_link()
        # A /dev of our own in this mount namespace, which ends with the test. Of the real one only
        # two files are kept within reach: whoever tidies up `where` must not find more.
        names = ('null', 'urandom')
        for name in names:
            (where / name).touch()
            subprocess.run(['mount', '--bind', f'/dev/{name}', str(where / name)], check=True)
        subprocess.run(['mount', '-t', 'tmpfs', 'none', '/dev'], check=True)
        for name in names:
            Path('/dev', name).touch()
            subprocess.run(['mount', '--move', str(where / name), f'/dev/{name}'], check=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            log.bind('/dev/log')
            log.settimeout(10)
            routers = [{'name': 'routers', 'data': '192.0.2.1'}]  # without, a warning comes first
            server = Server(where, '-c', write_config(where, **{'option-data': routers}, loggers=[
                {'name': 'lessor', 'output-options': [{'output': 'syslog:local3'}]}])).ready()
            line = log.recv(4096).decode()
            assert line.startswith('<158>') and 'lessor[' in line, line  # local3.info
            server.signal(signal.SIGHUP)  # opens the log again, from under the system call filter
            while 'in force' not in line:
                line = log.recv(4096).decode()
                assert line.startswith('<158>') and 'lessor[' in line, line
            assert server.stop() == 0


def a_part_of_the_log_is_no_second_log() -> None:
    with folder() as where:
        make_link()
        log = where / 'lines'
        outputs = [{'output': str(log)}]
        server = Server(where, '-c', write_config(where, loggers=[
            {'name': 'kea-dhcp4', 'output-options': outputs},
            {'name': 'kea-dhcp4.leases', 'severity': 'DEBUG', 'output-options': outputs}])).ready()
        assert 'the log has no parts' in server.said()
        assert server.stop() == 0
        assert log.read_text().count('stopped') == 1, log.read_text()
        assert log.stat().st_mode & 0o027 == 0, oct(log.stat().st_mode)


def the_socket_of_a_crash_is_replaced() -> None:
    with folder() as where:
        make_link()
        file = write_config(where)
        first = Server(where, '-c', file).ready()
        first.process.kill()
        first.ended()
        assert os.path.exists(first.socket)
        second = Server(where, '-c', file)
        wait_until(lambda: run('status', '-c', file).code == 0, 'an answer')
        assert second.stop() == 0, second.said()


CASES = [stops_cleanly, one_server_a_folder, reloads_and_says_what_is_wrong,
         another_store_takes_a_restart, without_a_file_nothing_reloads,
         what_cannot_be_served_without_a_file, every_interface_may_be_demanded,
         syslog_gets_the_facility_asked_for, a_part_of_the_log_is_no_second_log,
         the_socket_of_a_crash_is_replaced]
