"""Kea's memfile with many leases, for programs that measure."""

import socket
import time
from pathlib import Path


def make_kea_leases(path: Path, leases: int, first: int, lifetime: int) -> None:
    """One lease after the other from the address `first` on, each with a hardware address, a client
    identifier and a host name, as make_store makes Lessor's."""
    end = int(time.time()) + lifetime
    with open(path, 'w', encoding='ascii') as file:
        file.write('address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,'
                   'hostname,state,user_context\n')
        for i in range(leases):
            address = socket.inet_ntoa((first + i).to_bytes(4, 'big'))
            mac = '02:aa:' + i.to_bytes(4, 'big').hex(':')
            file.write(f'{address},{mac},01:{mac},{lifetime},{end},1,0,0,host-{i},0,\n')
