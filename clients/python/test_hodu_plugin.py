"""Tests of the client by itself: python3 -m unittest, in this folder. What the host sees is tried by test/clients."""

import io
import json
import os
import random
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import hodu_plugin as hodu


def frame(kind, stream, payload):
    return struct.pack("<BxxxII", kind, stream, len(payload)) + payload


def message(stream=1, **members):
    return frame(1, stream, json.dumps({"jsonrpc": "2.0", **members}).encode())


def read_all(data):
    """The messages in some bytes, with their parts as bytes."""
    reader, found = hodu.FrameReader(io.BufferedReader(io.BytesIO(data)), lambda _: None), []
    while True:
        received = reader.receive()
        if received is None:
            return found
        found.append((received[0]["method"], [bytes(part) for part in received[1]]))


class FramesTest(unittest.TestCase):
    def test_parts_come_together_however_frames_alternate(self):
        data = b"".join(
            [
                message(1, method="long", parts=[3, 0, 2]),
                message(2, method="short", parts=[1]),
                frame(2, 1, b"ab"),
                frame(2, 2, b"z"),
                message(1, method="none"),
                frame(2, 1, b"cde"),
            ]
        )
        self.assertEqual(read_all(data), [("short", [b"z"]), ("none", []), ("long", [b"abc", b"", b"de"])])

    def test_what_passes_a_limit_is_refused_before_there_is_room_for_it(self):
        for data in [
            struct.pack("<BxxxII", 1, 0, hodu.MAX_MESSAGE_BYTES + 1),
            struct.pack("<BxxxII", 1, 0, 0),
            message(method="x", parts=[hodu.MAX_PART_BYTES + 1]),
            message(method="x", parts=[hodu.MAX_PART_BYTES] * 3),
            message(method="x", parts=[-1]),
            message(method="x", parts=[1.5]),
            message(method="x", parts=[True]),
            message(method="x", parts={}),
            frame(1, 0, b"[]"),
            frame(1, 0, b"[" * 1_000_000),
            frame(2, 1, b"x"),
            message(method="x", parts=[1]) + frame(2, 1, b"xx"),
            message(method="x", parts=[1]) + message(method="x", parts=[1]),
            message(method="x", parts=[1]),
            b"\x01",
            b"GET / HTTP/1.1",
        ]:
            with self.subTest(data=data[:60]), self.assertRaises(hodu.ProtocolError):
                read_all(data)

    def test_damage_of_any_kind_is_refused_or_harmless(self):
        seed = random.randrange(2**32)
        chance = random.Random(seed)
        whole = message(1, method="a", parts=[5]) + frame(2, 1, b"12345") + message(2, method="b")
        for _ in range(3000):
            damaged = bytearray(whole)
            for _ in range(chance.randrange(1, 4)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            try:
                read_all(bytes(damaged[: chance.randrange(len(damaged) + 1)]))
            except hodu.ProtocolError:
                pass
            except KeyError:
                pass  # the test's own: a message without a method
            except Exception as error:
                self.fail(f"{error!r} with seed {seed} for {bytes(damaged)!r}")


class MemoryTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.memory = hodu._Memory(self.folder.name)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def test_parts_travel_through_memory_again_and_again(self):
        for i in range(3):
            part = bytes([i]) * (hodu.LEAST_MEMORY_BYTES + i)
            self.assertEqual(self.memory.put(memoryview(part)), {"file": "p0", "size": len(part)})
            if i == 0:
                with open(self.path("p0"), "rb") as file:
                    self.assertEqual(file.read(), part)
            self.memory.free("p0")
        self.assertFalse(os.path.exists(self.path("p0")))
        for name in ["p0", "p9", None]:
            with self.assertRaises(hodu.ProtocolError):
                self.memory.free(name)

    def test_files_of_the_host_are_held_to_what_is_said_of_them(self):
        with open(self.path("h0"), "wb") as file:
            file.write(b"abcd")
        self.assertEqual(bytes(self.memory.take({"file": "h0", "size": 3})), b"abc")
        for name, size in [("h0", 5), ("h1", 1), ("p0", 0), ("../h0", 1)]:
            with self.assertRaises(hodu.ProtocolError):
                self.memory.take({"file": name, "size": size})
        self.assertFalse(hodu._Memory(self.path("none")).is_usable)


class DataTest(unittest.TestCase):
    def test_a_snapshot_is_packed_and_unpacked_to_the_same(self):
        tensor = hodu.Tensor.of("f32", (2,), [1, -0.0])
        body = hodu.Graph("body", nodes=[hodu.Node("Relu", ["x"], ["y"])])
        attributes = {
            "f": hodu.Attribute("float", float("inf")),
            "i": hodu.Attribute("int", -(2**63)),
            "is": hodu.Attribute("ints", [1, 2]),
            "s": hodu.Attribute("strings", ["한", ""]),
            "t": hodu.Attribute("tensor", tensor),
            "g": hodu.Attribute("graph", body),
        }
        graph = hodu.Graph(
            "g",
            [hodu.GraphValue("x", {"kind": "tensor", "dtype": "f32", "shape": []}, "w")],
            [hodu.GraphValue("y")],
            [hodu.Weight("w", "f32", [2], 0, 0, 8)],
            [hodu.Node("If", ["x"], ["y"], attributes, "n", "", ["n"])],
        )
        snapshot = hodu.Snapshot(graph, [b"12345678", "weights.bin"], [("a", "b")], "test")
        self.assertEqual(hodu.unpack_snapshot(hodu.pack_snapshot(snapshot)), snapshot)

    def test_damaged_artifacts_are_refused(self):
        packed = hodu.pack_snapshot(hodu.Snapshot(hodu.Graph("g"), [b"123"]))
        for data in [b"", packed[:3], packed[:20], struct.pack("<I", 2) + b"[]", packed[:4] + b"[" + packed[5:]]:
            with self.assertRaises(hodu.HoduError) as caught:
                hodu.unpack_snapshot(data)
            self.assertEqual(caught.exception.code, "BAD_MODEL")

    def test_tensors_give_back_their_elements(self):
        for dtype, values in [
            ("f64", [0.1, float("-inf")]),
            ("i64", [-(2**63), 2**63 - 1]),
            ("bool", [True, False]),
            ("c64", [1 - 2j, 0j]),
            ("string", ["", "a\0한"]),
        ]:
            self.assertEqual(hodu.Tensor.of(dtype, (2,), values).values(), values)
        with self.assertRaises(hodu.HoduError):
            hodu.Tensor("bf16", (1,), b"\0\0").values()

    def test_what_services_give_is_said_exactly(self):
        data = [None, True, 2**60, -0.0, b"12", "x", {"a": [1.5, {}]}, hodu.Tensor.of("u8", (1,), [7])]
        out = hodu._Writer()
        wire = json.loads(json.dumps(out.service(data)))
        back = hodu._Reader(out.parts).service(wire)
        self.assertEqual(back, data)
        self.assertEqual(str(back[3]), "-0.0")
        for unfit in [object(), {"$a": 1}, {1: 2}]:
            with self.assertRaises(hodu.HoduError):
                hodu._Writer().service(unfit)


if __name__ == "__main__":
    unittest.main()
