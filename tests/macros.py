"""Old Word documents that hold macros: the compound file taken apart, a VBA project put in, and put together again."""

from __future__ import annotations

import struct
from collections.abc import Mapping

Streams = Mapping[tuple[str, ...], bytes]  # by the names of the storages on the way and of the stream itself

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def with_macros(document: bytes, **modules: str) -> bytes:
    """The Word document with a VBA project of these modules; one named ThisDocument is the document's own."""
    return compound({**streams_of(document), **{("Macros", *path): data for path, data in _project(modules).items()}})


# ── the compound file


def streams_of(data: bytes) -> dict[tuple[str, ...], bytes]:
    """What a compound file of small size holds (its table of sectors listed in the header alone)."""

    def sector(n: int) -> bytes:
        return data[(n + 1) * _SECTOR : (n + 2) * _SECTOR]

    def numbers(raw: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(raw) // 4}I", raw)

    def chained(first: int, table: tuple[int, ...]) -> list[int]:
        found = []
        while first < _FAT:
            found.append(first)
            first = table[first]
        return found

    fat = numbers(b"".join(sector(n) for n in numbers(data[76:512]) if n < _FAT))
    directory_at, _, _, mini_at = struct.unpack("<4I", data[48:64])
    mini_fat = numbers(b"".join(sector(n) for n in chained(mini_at, fat)))
    directory = b"".join(sector(n) for n in chained(directory_at, fat))
    entries = [directory[at : at + 128] for at in range(0, len(directory), 128)]
    small = b"".join(sector(n) for n in chained(struct.unpack("<I", entries[0][116:120])[0], fat))
    found: dict[tuple[str, ...], bytes] = {}

    def walk(number: int, path: tuple[str, ...]) -> None:
        if number == _NONE:
            return
        entry = entries[number]
        length, kind, _, left, right, child = struct.unpack("<HBBIII", entry[64:80])
        first, size = struct.unpack("<IQ", entry[116:128])
        here = (*path, entry[: length - 2].decode("utf-16-le"))
        walk(left, path)
        walk(right, path)
        if kind == _STORAGE:
            walk(child, here)
        elif size < _CUTOFF:
            found[here] = b"".join(small[n * _MINI : (n + 1) * _MINI] for n in chained(first, mini_fat))[:size]
        else:
            found[here] = b"".join(sector(n) for n in chained(first, fat))[:size]

    walk(struct.unpack("<I", entries[0][76:80])[0], ())
    return found


def compound(streams: Streams) -> bytes:
    """A compound file of these streams."""
    small, mini_fat, sectors, fat = b"", [], [], []

    def kept(data: bytes) -> int:
        """The first of the sectors that now hold this."""
        first = len(sectors)
        pieces = [data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR)]
        sectors.extend(pieces)
        fat.extend([*range(first + 1, first + len(pieces)), _END])
        return first

    entries: list[list] = [
        ["Root Entry", _ROOT, _NONE, _NONE, _NONE, _END, 0]
    ]  # name, kind, left, right, child, first, size

    def placed(path: tuple[str, ...], data: bytes) -> int:
        nonlocal small
        if len(data) >= _CUTOFF:
            first = kept(data)
        else:
            first, count = len(small) // _MINI, -(-len(data) // _MINI)
            small += data.ljust(count * _MINI, b"\0")
            mini_fat.extend([*range(first + 1, first + count), _END] if count else [])
            first = first if count else _END
        entries.append([path[-1], _STREAM, _NONE, _NONE, _NONE, first, len(data)])
        return len(entries) - 1

    def storage(path: tuple[str, ...]) -> int:
        """The root of the tree of what lies in this storage."""
        depth, made = len(path), []
        for name in {each[depth] for each in streams if each[:depth] == path}:
            here = (*path, name)
            if here in streams:
                made.append(placed(here, streams[here]))
            else:
                entries.append([name, _STORAGE, _NONE, _NONE, _NONE, 0, 0])
                made.append(number := len(entries) - 1)
                entries[number][4] = storage(here)
        return tree(sorted(made, key=lambda n: (len(entries[n][0]), entries[n][0].upper())))

    def tree(numbers: list[int]) -> int:
        if not numbers:
            return _NONE
        middle = len(numbers) // 2
        top = numbers[middle]
        entries[top][2], entries[top][3] = tree(numbers[:middle]), tree(numbers[middle + 1 :])
        return top

    entries[0][4] = storage(())
    entries[0][5:] = [kept(small), len(small)]
    mini_at = kept(_packed(mini_fat))
    mini_count = len(sectors) - mini_at
    directory_at = kept(b"".join(_entry(*each) for each in entries))
    count = 1
    while count * 128 < len(fat) + count:
        count += 1
    fat_at = [*range(len(sectors), len(sectors) + count)]
    table = _packed([*fat, *[_FAT] * count])
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<9I", count, directory_at, 0, _CUTOFF, mini_at, mini_count, _END, 0, fat_at[0])
    header += struct.pack("<108I", *fat_at[1:], *[_FREE] * (109 - count))
    return header + b"".join(sectors) + table


def _packed(numbers: list[int]) -> bytes:
    raw = struct.pack(f"<{len(numbers)}I", *numbers)
    return raw.ljust(-(-len(raw) // _SECTOR) * _SECTOR, b"\xff")


def _entry(name: str, kind: int, left: int, right: int, child: int, first: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return raw.ljust(64, b"\0") + struct.pack(
        "<HBBIII16sIQQIQ", len(raw), kind, 1, left, right, child, bytes(16), 0, 0, 0, first, size
    )


# ── the VBA project (MS-OVBA)


def _project(modules: Mapping[str, str]) -> dict[tuple[str, ...], bytes]:
    sources = {name: f'Attribute VB_Name = "{name}"\r\n{_OWN if name == "ThisDocument" else ""}' + text.replace("\n", "\r\n")
               for name, text in modules.items()}  # fmt: skip
    lines = ['ID="{1A2B3C4D-0000-4000-8000-000000000001}"']
    lines += [f"Document={name}/&H00000000" if name == "ThisDocument" else f"Module={name}" for name in modules]
    lines += ['Name="Project"', 'HelpContextID="0"', 'VersionCompatible32="393222000"', "", "[Host Extender Info]",
              "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000", "", "[Workspace]",
              *(f"{name}=0, 0, 0, 0, C" for name in modules), ""]  # fmt: skip
    names = b"".join(name.encode() + b"\0" + name.encode("utf-16-le") + b"\0\0" for name in modules)
    return {
        ("PROJECT",): "\r\n".join(lines).encode(),
        ("PROJECTwm",): names + b"\0\0",
        ("VBA", "_VBA_PROJECT"): b"\xcc\x61\xff\xff\x00\x00\x00",
        ("VBA", "dir"): _compressed(_directory(list(modules))),
        **{("VBA", name): _compressed(source.encode()) for name, source in sources.items()},
    }


_OWN = (
    'Attribute VB_Base = "1Normal.ThisDocument"\r\nAttribute VB_GlobalNameSpace = False\r\n'
    "Attribute VB_Creatable = False\r\nAttribute VB_PredeclaredId = True\r\nAttribute VB_Exposed = True\r\n"
    "Attribute VB_TemplateDerived = True\r\nAttribute VB_Customizable = True\r\n"
)


def _directory(names: list[str]) -> bytes:
    def record(number: int, data: bytes = b"") -> bytes:
        return struct.pack("<HI", number, len(data)) + data

    def long(number: int, value: int) -> bytes:
        return record(number, struct.pack("<I", value))

    def short(number: int, value: int) -> bytes:
        return record(number, struct.pack("<H", value))

    found = long(1, 1) + long(2, 0x409) + long(0x14, 0x409) + short(3, 1252) + record(4, b"Project")
    found += record(5) + record(0x40) + record(6) + record(0x3D) + long(7, 0) + long(8, 0)
    found += (
        struct.pack("<HIIH", 9, 4, 1, 1) + record(0xC) + record(0x3C) + short(0xF, len(names)) + short(0x13, 0xFFFF)
    )
    for name in names:
        wide = name.encode("utf-16-le")
        found += record(0x19, name.encode()) + record(0x47, wide) + record(0x1A, name.encode()) + record(0x32, wide)
        found += record(0x1C) + record(0x48) + long(0x31, 0) + long(0x1E, 0) + short(0x2C, 0xFFFF)
        found += record(0x22 if name == "ThisDocument" else 0x21) + record(0x2B)
    return found + record(0x10)


def _compressed(data: bytes) -> bytes:
    """As MS-OVBA packs it, with nothing shortened: each eight bytes after a sign that they stand for themselves."""
    assert len(data) < 3600, "one piece holds no more"
    body = b"".join(b"\0" + data[at : at + 8] for at in range(0, len(data), 8))
    return b"\x01" + struct.pack("<H", 0xB000 | (len(body) - 1)) + body
