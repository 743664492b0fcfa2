"""Reads .hdss and .hdt by docs/format-hdss.md alone, with Python's own modules.

Prints one line of JSON: for each weight or tensor its name, dtype, shape and the SHA-256 of its bytes.
"""

import hashlib
import json
import struct
import sys
from pathlib import Path

MAGICS = {b"\x89HDSS\r\n\x1a": "hdss", b"\x89HDT \r\n\x1a": "hdt"}


def align(offset):
    return -(-offset // 64) * 64


def read(path):
    data = Path(path).read_bytes()
    kind = MAGICS[data[:8]]
    version, opset, offset, length, size = struct.unpack("<IIQQQ", data[8:40])
    assert version == 1, f"version {version}"
    assert size == len(data), f"{len(data)} bytes, expected {size}"
    assert hashlib.sha256(data[:64] + data[offset:-32]).digest() == data[-32:], "damaged"
    header = json.loads(data[offset : offset + length])
    parts, end = [], offset + length
    for part in header["parts"]:
        begin = align(end)
        end = begin + part
        parts.append(data[begin:end])
    assert end == size - 32
    return kind, data, header, parts


def graphs(graph):
    yield graph
    for node in graph["nodes"]:
        for attribute in node["attributes"]:
            if attribute["value"]["kind"] == "graph":
                yield from graphs(attribute["value"]["value"])


def weights(path, data, snapshot, parts):
    for graph in graphs(snapshot["graph"]):
        for weight in graph["weights"]:
            store = snapshot["stores"][weight["store"]]
            if store["kind"] == "bytes":
                body = parts[store["bytes"]]
            elif store["location"] == "":
                body = data
            else:
                body = (Path(path).parent / store["location"]).read_bytes()
            taken = body[weight["offset"] : weight["offset"] + weight["length"]]
            digest = hashlib.sha256(taken).hexdigest()
            assert weight.get("digest", digest) == digest, weight["name"]
            yield [weight["name"], weight["dtype"], weight["shape"], digest]


def tensors(name, value, parts):
    if value["kind"] == "tensor":
        yield [name, value["dtype"], value["shape"], hashlib.sha256(parts[value["data"]]).hexdigest()]
    elif value["kind"] == "optional":
        if "value" in value:
            yield from tensors(f"{name}?", value["value"], parts)
    else:
        for i, item in enumerate(value["items" if value["kind"] == "sequence" else "values"]):
            yield from tensors(f"{name}[{i}]", item, parts)


def main(path):
    kind, data, header, parts = read(path)
    if kind == "hdss":
        found = list(weights(path, data, header["snapshot"], parts))
        print(json.dumps({"nodes": [node["op"] for node in header["snapshot"]["graph"]["nodes"]], "found": found}))
    else:
        found = [line for named in header["values"] for line in tensors(named["name"], named["value"], parts)]
        print(json.dumps({"metadata": header["metadata"], "found": found}))


main(sys.argv[1])
