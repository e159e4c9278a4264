#!/usr/bin/env python3
"""A FastStream producer written from engine/WIRE_FORMAT.md with the standard library alone.

Sends N frames of R records. Record i (from 0) has key i % K (as a number, or as the text "key-<n>"), event time
START + i milliseconds, field "value" = i % 1000 and field "half" = (i % 8) / 2. Prints ACK n for every ack that moves
the last acked sequence to n, and exits with 0 when all frames are acked.
"""

import argparse
import socket
import struct
import sys

HEADER = struct.Struct("<4sBBBBIIIIQIIQQII")
DESCRIPTOR = struct.Struct("<BBHIIIQQ")
MAGIC, VERSION = b"FSF1", 1
HELLO, SCHEMA, DICTIONARY, DATA, TIME, END, PING, SUBSCRIBE, QUERY = range(1, 10)
WELCOME, SCHEMA_ACCEPTED, ACK, ERROR, PONG, RESULT = range(65, 71)
LEVELS = {"none": 0, "applied": 1, "written": 2, "durable": 3}
KEY, TIME_ROLE, FIELD, POSITION = 1, 2, 3, 4
KEY_U64, KEY_ID_U16, KEY_ID_U32, KEY_CONSTANT = 1, 2, 3, 4
TIME_I64, TIME_DELTA_U32 = 16, 17
FIELD_F64, FIELD_F32, FIELD_SCALED_I32, FIELD_DECIMAL_I32, FIELD_CONSTANT = 32, 33, 34, 35, 36
POSITION_BYTES = 48
START_NS = 1_577_836_800_000_000_000  # 2020-01-01T00:00:00Z


def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


CRC_TABLE = crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def align(length):
    return (length + 63) & ~63


def frame(kind, payload, sequence=0, schema_id=0, level=0, records=0):
    body = payload + bytes(align(len(payload)) - len(payload))
    header = HEADER.pack(
        MAGIC, VERSION, kind, 0, level, 64 + len(body), len(payload), len(payload), records, sequence, schema_id,
        0, 0, 0, crc32c(body), 0)[:60]
    return header + struct.pack("<I", crc32c(header)) + body


def text(value):
    data = value.encode("utf-8")
    return struct.pack("<H", len(data)) + data


def hello(stream, producer, key_kind, epoch, level):
    payload = struct.pack("<HB5xQ", VERSION, key_kind, epoch) + text(stream) + text(producer) + struct.pack("<H", 0)
    return frame(HELLO, payload, level=level)


def schema(schema_id, fields):
    return frame(SCHEMA, struct.pack("<H6x", len(fields)) + b"".join(map(text, fields)), schema_id=schema_id)


def dictionary(sequence, first_id, entries):
    """entries: (name, {label: value})"""
    payload = struct.pack("<II", first_id, len(entries))
    for name, labels in entries:
        payload += text(name) + struct.pack("<H", len(labels))
        for label, value in labels.items():
            payload += text(label) + text(value)
    return frame(DICTIONARY, payload, sequence)


def f64_bits(value):
    return struct.unpack("<Q", struct.pack("<d", value))[0]


def data(sequence, schema_id, records, columns):
    """columns: (role, encoding, field ordinal, bytes, param0, param1)"""
    payload = bytearray(8 + 32 * len(columns))
    struct.pack_into("<H", payload, 0, len(columns))
    for index, (role, encoding, ordinal, content, param0, param1) in enumerate(columns):
        offset = 0
        if content:
            offset = align(len(payload))
            payload += bytes(offset - len(payload)) + content
        DESCRIPTOR.pack_into(
            payload, 8 + 32 * index, role, encoding, ordinal, offset, len(content), 0, param0, param1)
    return frame(DATA, bytes(payload), sequence, schema_id, records=records)


def progress(kind, sequence, event_time_ns, position=b""):
    return frame(kind, struct.pack("<qH", event_time_ns, len(position)) + position, sequence)


def records_frame(sequence, first, count, keys, text_keys, encoded):
    numbers = range(first, first + count)
    ids = [i % keys for i in numbers]
    times = [START_NS + i * 1_000_000 for i in numbers]
    values = [i % 1000 for i in numbers]
    halves = [(i % 8) / 2 for i in numbers]

    def pack(code, items):
        return struct.pack("<%d%s" % (count, code), *items)

    if len(set(ids)) == 1 and encoded:
        key = (KEY, KEY_CONSTANT, 0, b"", ids[0], 0)
    elif text_keys and encoded and keys <= 65536:
        key = (KEY, KEY_ID_U16, 0, pack("H", ids), 0, 0)
    elif text_keys:
        key = (KEY, KEY_ID_U32, 0, pack("I", ids), 0, 0)
    else:
        key = (KEY, KEY_U64, 0, pack("Q", ids), 0, 0)
    if not encoded:
        columns = [
            key,
            (TIME_ROLE, TIME_I64, 0, pack("q", times), 0, 0),
            (FIELD, FIELD_F64, 0, pack("d", values), 0, 0),
            (FIELD, FIELD_F64, 1, pack("d", halves), 0, 0)]
    else:
        deltas = [time - times[0] for time in times]
        small = (FIELD, FIELD_F32, 1, pack("f", halves), 0, 0)
        if sequence % 2 == 0:
            small = (FIELD, FIELD_DECIMAL_I32, 1, pack("i", [int(half * 10) for half in halves]), f64_bits(10.0), 0)
        columns = [
            key,
            (TIME_ROLE, TIME_DELTA_U32, 0, pack("I", deltas), times[0], 0),
            (FIELD, FIELD_SCALED_I32, 0, pack("i", [2 * v + 6 for v in values]), f64_bits(0.5), f64_bits(-3.0)),
            small]
    return data(sequence, 1, count, columns)


def all_frames(options):
    """The sequenced frames from sequence 1 on: the dictionary if keys are texts, the data, an end."""
    sequence = 1
    if options.keys == "text":
        for first in range(0, options.key_count, 1000):
            last = min(first + 1000, options.key_count)
            yield sequence, dictionary(sequence, first, [("key-%d" % n, {}) for n in range(first, last)])
            sequence += 1
    for number in range(options.frames):
        encoded = options.encoding == "encoded" or (options.encoding == "mixed" and number % 2 == 1)
        yield sequence, records_frame(
            sequence, number * options.records, options.records, options.key_count, options.keys == "text", encoded)
        sequence += 1
    yield sequence, progress(END, sequence, 0)


class Connection:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=30)

    def send(self, data):
        self.socket.sendall(data)

    def exactly(self, count):
        parts = []
        while count:
            part = self.socket.recv(count)
            if not part:
                raise SystemExit("the server closed the connection")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def receive(self):
        header = self.exactly(64)
        fields = HEADER.unpack(header)
        if fields[0] != MAGIC or fields[1] != VERSION or crc32c(header[:60]) != fields[15]:
            raise SystemExit("the server sent a bad header")
        body = self.exactly(fields[5] - 64)
        if crc32c(body) != fields[14]:
            raise SystemExit("the server sent a bad payload")
        return fields[2], body[:fields[6]]

    def expect(self, kind):
        got, payload = self.receive()
        if got == ERROR:
            raise SystemExit(describe_error(payload))
        if got != kind:
            raise SystemExit("expected kind %d, got %d" % (kind, got))
        return payload


def describe_error(payload):
    code, _, sequence, expected, length = struct.unpack_from("<HB5xQQH", payload)
    words = payload[26:26 + length].decode("utf-8")
    return "error %d, sequence %d, expected %d: %s" % (code, sequence, expected, words)


def run(options):
    connection = Connection(options.host, options.port)
    level = LEVELS[options.ack]
    connection.send(hello(options.stream, options.producer, int(options.keys == "text"), options.epoch, level))
    welcome = connection.expect(WELCOME)
    epoch, last = struct.unpack_from("<QQ", welcome, 8)
    print("WELCOME epoch=%d last=%d" % (epoch, last), flush=True)
    connection.send(schema(1, ["value", "half"]))
    connection.expect(SCHEMA_ACCEPTED)

    acked, sent = last, last
    for sequence, bytes_ in all_frames(options):
        if sequence <= last:
            continue
        connection.send(bytes_)
        sent = sequence
        while level and sent - acked >= options.in_flight:
            acked = read_ack(connection, acked)
    while level and acked < sent:
        acked = read_ack(connection, acked)


def read_ack(connection, acked):
    kind, payload = connection.receive()
    if kind == ERROR:
        raise SystemExit(describe_error(payload))
    if kind != ACK:
        return acked
    _, last = struct.unpack_from("<QQ", payload, 8)
    if last > acked:
        print("ACK %d" % last, flush=True)
    return max(last, acked)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int)
    parser.add_argument("--stream", default="python")
    parser.add_argument("--producer", default="python-1")
    parser.add_argument("--epoch", type=int, default=0)
    parser.add_argument("--keys", choices=["u64", "text"], default="u64")
    parser.add_argument("--key-count", type=int, default=10)
    parser.add_argument("--frames", type=int, default=10)
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--encoding", choices=["raw", "encoded", "mixed"], default="mixed")
    parser.add_argument("--ack", choices=list(LEVELS), default="durable")
    parser.add_argument("--in-flight", type=int, default=16)
    parser.add_argument("--to-file", help="write the client's frames there instead of sending them")
    options = parser.parse_args()
    if options.to_file:
        with open(options.to_file, "wb") as output:
            output.write(hello(
                options.stream, options.producer, int(options.keys == "text"), options.epoch, LEVELS[options.ack]))
            output.write(schema(1, ["value", "half"]))
            for _, bytes_ in all_frames(options):
                output.write(bytes_)
    elif options.port is None:
        parser.error("--port is needed, or --to-file")
    else:
        run(options)


if __name__ == "__main__":
    sys.exit(main())
