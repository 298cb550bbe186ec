"""The life of a server: start, reload, stop, and what it refuses."""

import json
import os
import signal

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


def interface_that_does_not_exist() -> None:
    run('serve', '--interface', 'eth7').expect(1, 'eth7')
    make_link()
    run('serve', '--interface', 'eth0', '--pool', '198.51.100.1-198.51.100.9').expect(1, '--pool')


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
         interface_that_does_not_exist, the_socket_of_a_crash_is_replaced]
