"""Unit status files and deltas, written from docs/formats.md alone: a second implementation, to hold the page."""

import hashlib
import struct

FLAGS = ["recalled", "stolen", "used", "destroyed", "quarantined"]
BLOCK = 65_536
FOOTER = struct.Struct("<" + "QI" * len(FLAGS) + "QI")


class Refused(Exception):
    pass


def require(holds, what):
    if not holds:
        raise Refused(what)


class Bits:
    """Bits of bytes, the lowest first."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def one(self):
        require(self.at < 8 * len(self.data), "bits end early")
        bit = self.data[self.at // 8] >> self.at % 8 & 1
        self.at += 1
        return bit

    def rice(self, k):
        quotient = 0
        while not self.one():
            quotient += 1
        return quotient << k | sum(self.one() << n for n in range(k))

    def finish(self):
        require(8 * len(self.data) - self.at < 8, "bytes behind the bits")
        while self.at < 8 * len(self.data):
            require(not self.one(), "unused bits are set")


def rice(values, k):
    bits = "".join("0" * (v >> k) + "1" + "".join(str(v >> n & 1) for n in range(k)) for v in values)
    return bytes(int(bits[at : at + 8].ljust(8, "0")[::-1], 2) for at in range(0, len(bits), 8))


def gaps(members):
    return [member - before - 1 for before, member in zip([-1, *members], members)]


def rice_members(data, count, k):
    bits, members, last = Bits(data), [], -1
    for _ in range(count):
        last += bits.rice(k) + 1
        members.append(last)
    bits.finish()
    return members


def varint(data, at):
    value = shift = 0
    while True:
        require(at < len(data) and shift < 35, "a number ends early or is too long")
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            require(value < 2**32 and (byte or shift == 7), "a number is not in its shortest form")
            return value, at


def to_varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def read_block(data):
    """The members of a block, as numbers from its first index."""
    require(data, "a block is empty")
    kind, rest = data[0], data[1:]
    if kind < 16:
        require(len(rest) >= 2, "a block is cut short")
        members = rice_members(rest[2:], int.from_bytes(rest[:2], "little") + 1, kind)
    elif kind == 16:
        members, at, end = [], 0, 0
        while at < len(rest):
            skipped, at = varint(rest, at)
            length, at = varint(rest, at)
            start = end + skipped + (1 if members else 0)
            end = start + length + 1
            require(end <= BLOCK, "a run leaves its block")
            members.extend(range(start, end))
    else:
        require(kind == 17 and len(rest) == BLOCK // 8, "a block of no known kind")
        members = [n for n in range(BLOCK) if rest[n // 8] >> n % 8 & 1]
    require(members and members[-1] < BLOCK, "a member leaves its block")
    return members


def write_block(members):
    coded = gaps(members)
    sizes = [sum((gap >> k) + 1 + k for gap in coded) for k in range(16)]
    k = sizes.index(min(sizes))
    runs, end = b"", 0
    starts = [n for n, member in enumerate(members) if n == 0 or members[n - 1] + 1 != member]
    for first, following in zip(starts, [*starts[1:], len(members)]):
        start, length = members[first], following - first
        runs += to_varint(start - end - (1 if first else 0)) + to_varint(length - 1)
        end = start + length
    bitmap = bytearray(BLOCK // 8)
    for member in members:
        bitmap[member // 8] |= 1 << member % 8
    forms = [bytes([k]) + (len(members) - 1).to_bytes(2, "little") + rice(coded, k), b"\x10" + runs, b"\x11" + bitmap]
    return min(forms, key=len)


def read(file):
    """The size, and for each flag its indices, of a whole file."""
    require(file[:4] == b"UDIU" and file[4:6] == b"\x01\0" and len(file) >= 6 + FOOTER.size, "no status file")
    *counts, size, directories = FOOTER.unpack(file[-FOOTER.size :])
    require(size <= 2**36, "a size of more than 36 bits")
    written = counts[1::2]
    require(directories + 8 * sum(written) + FOOTER.size == len(file), "the directories do not fill the file")
    entries = [struct.unpack_from("<II", file, directories + 8 * n) for n in range(sum(written))]
    ends = [offset for _, offset in entries[1:]] + [directories]
    require(not entries or entries[0][1] == 6, "the first block does not follow the head")
    flags, at = {}, 0
    for flag, members, count in zip(FLAGS, counts[::2], written):
        numbers = [number for number, _ in entries[at : at + count]]
        require(numbers == sorted(set(numbers)), "blocks out of order")
        indices = []
        for (number, offset), end in zip(entries[at : at + count], ends[at : at + count]):
            indices += [number * BLOCK + member for member in read_block(file[offset:end])]
        require(len(indices) == members and (not indices or indices[-1] < size), "members that are not there")
        flags[flag], at = indices, at + count
    return size, flags


def write(size, flags):
    body, directories, counts = bytearray(b"UDIU\x01\0"), b"", []
    for flag in FLAGS:
        blocks = {}
        for index in flags[flag]:
            blocks.setdefault(index // BLOCK, []).append(index % BLOCK)
        for number, members in blocks.items():
            directories += struct.pack("<II", number, len(body))
            body += write_block(members)
        counts += [len(flags[flag]), len(blocks)]
    return bytes(body) + directories + FOOTER.pack(*counts, size, len(body))


def status(file, index):
    size, flags = read(file)
    if index >= size:
        return "not_available"
    return next((flag for flag in FLAGS if index in set(flags[flag])), "not_flagged")


def apply(base, delta):
    require(delta[:6] == b"UDID\x01\0", "no delta")
    kind, length = delta[6], int.from_bytes(delta[71:75], "little")
    require(hashlib.sha256(base).digest() == delta[7:39], "a delta of another base")
    body, at, result = delta[75:], 0, bytearray()
    if kind == 1:
        _, flags = read(base)
        size, at = int.from_bytes(body[:8], "little"), 8
        for flag in FLAGS:
            count, k, extent = struct.unpack_from("<IBI", body, at)
            at += 9
            changed = set(rice_members(body[at : at + extent], count, k))
            flags[flag] = sorted(changed.symmetric_difference(flags[flag]))
            at += extent
        result = write(size, flags)
    else:
        require(kind == 2, "a delta of no known kind")
        while at < len(body):
            if body[at] == 0:
                offset, count = struct.unpack_from("<II", body, at + 1)
                result += base[offset : offset + count]
                at += 9
            else:
                count = int.from_bytes(body[at + 1 : at + 5], "little")
                result += body[at + 5 : at + 5 + count]
                at += 5 + count
    result = bytes(result)
    require(len(result) == length and hashlib.sha256(result).digest() == delta[39:71], "another result")
    return result
