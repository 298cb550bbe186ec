#!/usr/bin/env python3
"""Writes a big configuration: big_config.py FILE [--subnets N] [--reservations N] [--classes N].

Subnets are /24 in 10.0.0.0/8 and on, each with a pool of 100 addresses and a relay in its prefix;
reservations are spread over them, every third with an option or a name of its own; classes are what
sites have: by vendor class, hardware address, relay, port, architecture, and classes of classes.
"""

import argparse
import json


def address(number: int) -> str:
    return '.'.join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def class_of(number: int) -> dict:
    """Ten kinds of tests, in turn."""
    tests = [
        f"option[60].hex == 'vendor-{number}'",
        f"substring(option[60].hex, 0, 9) == 'phone-{number:03}'",
        f"pkt4.mac == 0x0200ff{number:06x}",
        f"substring(pkt4.mac, 0, 3) == 0x06{number:04x}",
        f'pkt4.giaddr == {address(0x0a000002 + (number << 8))}',
        f"relay4[1].hex == 'port-{number}'",
        f"option[93].hex == 0x{number % 16:04x} and option[60].hex == 'PXEClient-{number}'",
        f"member('class-{number - 7}') or member('class-{number - 6}')",
        f"option[77].hex == 'user-{number}' or option[12].hex == 'host-{number}'",
        f"substring(option[12].hex, 0, 4) == 'k{number:03}' and not member('class-{number - 9}')"]
    given = {'name': f'class-{number}', 'test': tests[number % 10]}
    if number % 2 == 0:
        given['option-data'] = [{'name': 'domain-name', 'data': f'class{number}.example'}]
    if number % 5 == 0:
        given['valid-lifetime'] = 3600 + number
    return given


def reservation(number: int, net: int, place: int) -> dict:
    made = {'hw-address': ':'.join(f'{byte:02x}' for byte in
                                   (0x02, 0xfe, *number.to_bytes(4, 'big'))),
            'ip-address': address(net + 120 + place)}
    if number % 3 == 0:
        made['hostname'] = f'host-{number}'
    elif number % 3 == 1:
        made['option-data'] = [{'name': 'tftp-server-name', 'data': f'boot{number % 50}.example'}]
    return made


def subnet(index: int, first: int, count: int) -> dict:
    net = 0x0a000000 + (index << 8)
    return {'subnet': f'{address(net)}/24', 'id': index + 1,
            'pools': [{'pool': f'{address(net + 10)} - {address(net + 109)}'}],
            'option-data': [{'name': 'routers', 'data': address(net + 1)}],
            'reservations': [reservation(first + i, net, i) for i in range(count)]}


def make(subnets: int = 10_000, reservations: int = 1_000_000, classes: int = 500) -> dict:
    each, more = divmod(reservations, subnets)
    if each + (more > 0) > 130:
        raise ValueError('at most 130 reservations a subnet')
    counts = [each + (index < more) for index in range(subnets)]
    firsts = [0]
    for count in counts:
        firsts.append(firsts[-1] + count)
    return {'Dhcp4': {
        'valid-lifetime': 7200,
        'option-data': [{'name': 'domain-name-servers', 'data': '192.0.2.53'}],
        'client-classes': [class_of(number) for number in range(classes)],
        'subnet4': [subnet(i, firsts[i], counts[i]) for i in range(subnets)]}}


def write(path: str, config: dict) -> None:
    """A line a reservation, as files that programs write have it."""
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(config, file, indent=None, separators=(', ', ': '))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('file')
    parser.add_argument('--subnets', type=int, default=10_000)
    parser.add_argument('--reservations', type=int, default=1_000_000)
    parser.add_argument('--classes', type=int, default=500)
    args = parser.parse_args()
    write(args.file, make(args.subnets, args.reservations, args.classes))


if __name__ == '__main__':
    main()
