#!/usr/bin/env python3
"""Writes the seeds of bad input, fuzz/seeds/TARGET/bad-NAME, by hand-written recipes.

make_seeds.py          writes them, and removes those that no recipe makes any more
make_seeds.py --check  changes nothing; says what differs, and exits 1 when something does

docs/bad-input.md says which row each seed shows and which test holds the answer to it.
"""

import argparse
import pathlib
import sys

from bad_seeds import binaries, messages, texts

SEEDS = pathlib.Path(__file__).resolve().parent / 'seeds'


def recipes() -> dict[str, bytes]:
    """TARGET/bad-NAME and the octets of each seed."""
    octets = {
        'message': messages.all_messages(),
        'notation': binaries.frames(),
        'capture': binaries.captures(),
        'records': binaries.records(),
        'relay': binaries.relay_walks(),
        'client': binaries.client_walks(),
        'server': binaries.server_walks(),
    }
    words = {
        'config': texts.configurations(),
        'control': texts.commands(),
        'http': texts.requests(),
        'lease_csv': texts.lease_files(),
        'option_text': texts.option_texts(),
        'packet_file': texts.packet_files(),
    }
    for target, seeds in words.items():
        octets[target] = {name: text.encode(errors='surrogateescape')
                          for name, text in seeds.items()}
    return {f'{target}/bad-{name}': seed
            for target, seeds in octets.items() for name, seed in seeds.items()}


def differences(wanted: dict[str, bytes]) -> list[tuple[str, bytes | None]]:
    """What is not as a recipe wants it; nothing is wanted of a seed that no recipe makes."""
    found: list[tuple[str, bytes | None]] = []
    for name, seed in wanted.items():
        path = SEEDS / name
        if not path.is_file() or path.read_bytes() != seed:
            found.append((name, seed))
    there = {str(path.relative_to(SEEDS)) for path in SEEDS.glob('*/bad-*')}
    return found + [(name, None) for name in sorted(there - wanted.keys())]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or '').split('\n', maxsplit=1)[0])
    parser.add_argument('--check', action='store_true')
    check = parser.parse_args().check
    wanted = recipes()
    changed = differences(wanted)
    for name, seed in changed:
        path = SEEDS / name
        if check:
            print(f'fuzz/seeds/{name} is not as its recipe makes it: run fuzz/make_seeds.py')
        elif seed is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(seed)
    if not check:
        print(f'{len(wanted)} seeds, {len(changed)} changed')
    return 1 if check and changed else 0


if __name__ == '__main__':
    sys.exit(main())
