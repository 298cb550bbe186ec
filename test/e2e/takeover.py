"""Lessor in Kea's place: real Kea leases some addresses, is stopped, and Lessor starts with the
same configuration and lease file."""

import socket
from pathlib import Path

import dhcp
from lab import Host, Lab, check, check_equal, wait_until
from servers import Kea, Lessor, config, subnet

RELAY = '10.1.0.2'


def site(lease_file: Path) -> dict:
    return config(subnet(id=1, pool='10.1.0.10-10.1.0.40'), valid=600,
                  **{'interfaces-config': {'interfaces': ['eth0'], 'dhcp-socket-type': 'udp'},
                     'lease-database': {'type': 'memfile', 'name': str(lease_file),
                                        'lfc-interval': 0}})


class SameFile(Lessor):
    """With Kea's own words about leases; its store is elsewhere."""

    def command(self) -> list[str]:
        return [*super().command(), '--lease-dir', str(self.store)]

    def dialect(self) -> dict:
        return {**super().dialect(), **self.dhcp4}


def client(number: int) -> dhcp.Message:
    return dhcp.Message(xid=number, hops=1, giaddr=RELAY, chaddr=f'02:00:00:00:01:{number:02x}')


def exchange(host: Host, message: dhcp.Message) -> dhcp.Message | None:
    with host.network(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((RELAY, 67))
        s.settimeout(2)
        s.sendto(message.encode(), ('10.1.0.1', 67))
        try:
            return dhcp.Message.decode(s.recv(65535))
        except TimeoutError:
            return None


def lease(host: Host, number: int) -> str:
    one = client(number)
    one.options = [(53, b'\1'), (61, bytes([0, number]))]
    offer = exchange(host, one)
    check(offer is not None, f'no offer for client {number}')
    one.options = [(53, b'\3'), (61, bytes([0, number])), (50, dhcp.ip(offer.yiaddr)),
                   (54, offer.option(54)), (12, b'host%d' % number)]
    ack = exchange(host, one)
    check(ack is not None and ack.option(53) == b'\5', f'no lease for client {number}')
    return ack.yiaddr


def confirmed(host: Host, number: int, address: str) -> bool:
    """INIT-REBOOT: only who has a record of this client confirms its address."""
    one = client(number)
    one.options = [(53, b'\3'), (61, bytes([0, number])), (50, dhcp.ip(address))]
    answer = exchange(host, one)
    return answer is not None and answer.option(53) == b'\5' and answer.yiaddr == address


def lessor_takes_keas_leases_over(lab: Lab) -> None:
    switch = lab.switch(record=False)
    host, relay = lab.host('server'), lab.host('relay')
    lab.connect(host, switch, address='10.1.0.1/24')
    lab.connect(relay, switch, address=f'{RELAY}/24')
    kea = Kea(host, site(Path('/nowhere')))
    lease_file = kea.store = host.folder / 'kea-leases4.csv'
    kea.start()
    held = {number: lease(relay, number) for number in range(1, 9)}
    lessor = SameFile(host, site(lease_file))
    lessor.launch()
    lessor.process.wait_for_line('kea-dhcp4')  # which has the port
    wait_until(lambda: not lessor.running(), 'Lessor to give up while Kea runs')
    kea.stop()
    with open(lease_file, 'ab'):
        lessor.launch()
        lessor.process.wait_for_line('both would lease the same addresses')
        wait_until(lambda: not lessor.running(), 'Lessor to give up while a program has the file')
    # An earlier clean-up's files, too: one more lease, and one that the newer file has changed.
    heading = lease_file.read_text().splitlines()[0]
    old = '10.1.0.30,02:00:00:00:01:30,,600,4000000000,1,0,0,old,0,'
    lease_file.with_name('kea-leases4.csv.2').write_text(f'{heading}\n{old}\n')
    lease_file.with_name('kea-leases4.csv.output').write_text('half a')
    before = {path.name: path.read_bytes() for path in host.folder.glob('kea-leases4.csv*')}
    lessor.start()
    for number, address in held.items():
        check(confirmed(relay, number, address), f'client {number} has lost {address}')
    rows = lessor.ask('leases', 'get', '10.1.0.30')
    check('02:00:00:00:01:30' in rows, rows)
    check_equal({path.name: path.read_bytes() for path in host.folder.glob('kea-leases4.csv*')},
                before, "Kea's files")
    # Once: what Kea's file says later is not read again.
    lessor.ask('leases', 'release', held[1])
    lessor.stop()
    lessor.start()
    gone = lessor.ask('leases', 'get', held[1], ok=(0, 1))
    check('released' in gone or not gone, gone)
    lessor.stop()


PARALLEL = [lessor_takes_keas_leases_over]
ALONE: list = []
