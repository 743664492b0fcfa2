"""Tests of the client by itself: python3 -m unittest, in this folder. What the host sees is tried by test/clients."""

import concurrent.futures
import gc
import hashlib
import io
import json
import math
import os
import random
import socket
import struct
import sys
import tempfile
import threading
import unittest
import unittest.mock

try:
    import resource
except ImportError:  # on Windows
    resource = None

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
        self.assertEqual(self.memory.take("h0", 3), b"abc")
        for get in (self.memory.take, self.memory.lend):
            for name, size in [("h0", 5), ("h1", 1), ("p0", 0), ("../h0", 1)]:
                with self.assertRaises(hodu.ProtocolError):
                    get(name, size)
        self.assertFalse(hodu._Memory(self.path("none")).is_usable)

    def fill(self, name, data):
        """Does what the host does: writes from the start of a file on, which it keeps."""
        with open(os.open(self.path(name), os.O_RDWR | os.O_CREAT), "r+b") as file:
            file.write(data)

    def test_what_is_lent_is_the_memory_of_the_file_until_nothing_refers_to_it(self):
        self.fill("h0", b"abcd")
        lent = self.memory.lend("h0", 3)
        self.fill("h0", b"efgh")
        self.assertEqual(lent, b"efg")
        lent[0] = ord("x")
        kept = lent[1:]
        del lent
        self.assertEqual((list(self.memory.returned()), kept), ([], b"fg"))
        for get in (self.memory.take, self.memory.lend):
            with self.assertRaisesRegex(hodu.ProtocolError, "h0, whose last part is not free"):
                get("h0", 1)
        del kept
        self.assertEqual(list(self.memory.returned()), ["h0"])
        self.assertEqual((list(self.memory.returned()), self.memory.take("h0", 4)), ([], b"xfgh"))

    def test_a_file_is_mapped_again_only_when_it_has_grown(self):
        with unittest.mock.patch.object(hodu.mmap, "mmap", wraps=hodu.mmap.mmap) as mapped:
            for size in [5000, 4, 5000, 70_000, 5000]:
                data = random.randbytes(size)
                self.fill("h0", data)
                self.assertEqual(self.memory.lend("h0", size), data)
                self.assertEqual(list(self.memory.returned()), ["h0"])
                os.truncate(self.path("h0"), 0)
        self.assertEqual([call.args[1] for call in mapped.call_args_list], [5000, 70_000])

    def test_where_nothing_can_be_mapped_parts_are_read_and_written(self):
        part = random.randbytes(hodu.LEAST_MEMORY_BYTES)
        self.fill("h0", part)
        with unittest.mock.patch.object(hodu.mmap, "mmap", side_effect=OSError):
            self.assertIsNone(self.memory.lend("h0", len(part)))
            self.assertEqual(self.memory.take("h0", len(part)), part)
            self.memory.put(memoryview(part))
        with unittest.mock.patch.object(os, "posix_fallocate"):
            del os.posix_fallocate
            self.memory.put(memoryview(part))
        for name in ("p0", "p1"):
            with open(self.path(name), "rb") as file:
                self.assertEqual(file.read(), part)

    @unittest.skipIf(resource is None, "there are no limits here")
    def test_what_has_no_room_is_not_put_there_and_what_has_still_is(self):
        small, large = (memoryview(random.randbytes(size)) for size in (70_000, 200_000))
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
        try:
            for _ in range(2):
                self.assertIsNone(self.memory.put(large))
                self.assertEqual(self.memory.put(small), {"file": "p0", "size": len(small)})
                self.assertEqual(os.pread(self.memory._own["p0"].descriptor, len(small), 0), small)
                self.memory.free("p0")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        self.assertIsNotNone(self.memory.put(large))

    def test_idle_files_are_cut_and_filled_again(self):
        with unittest.mock.patch.object(hodu, "MAX_IDLE_MEMORY_BYTES", 100_000):
            for size in [70_000, 200_000, 70_000, 150_000]:
                part = random.randbytes(size)
                self.assertEqual(self.memory.put(memoryview(part)), {"file": "p0", "size": size})
                descriptor = self.memory._own["p0"].descriptor
                self.assertEqual(os.pread(descriptor, size, 0), part)
                self.memory.free("p0")
                self.assertLessEqual(os.fstat(descriptor).st_size, 100_000)


class LineTest(unittest.TestCase):
    def serving(self, serve):
        """Begins a line that answers by a function; gives the host's end of it."""
        self.host, plugin = socket.socketpair()
        self.host.settimeout(20)
        stream = self.host.makefile("rb")
        for closed in (self.host, stream, plugin):
            self.addCleanup(closed.close)
        self.reader = hodu.FrameReader(stream, lambda _: None)
        self.line = hodu._Line(plugin, serve)
        return self.host

    def ends(self):
        """Runs the line beside the test; gives what waits for its end and throws what it ends with."""
        run = concurrent.futures.Future()

        def serve():
            try:
                run.set_result(self.line.run())
            except BaseException as error:
                run.set_exception(error)

        threading.Thread(target=serve, daemon=True).start()
        return lambda: run.result(20)

    def test_calls_overlap_up_to_a_limit_and_the_rest_wait_while_the_line_is_read(self):
        go, lock, running = threading.Event(), threading.Lock(), []

        def serve(method, call, params, parts):
            with lock:
                running.append(1)
            try:
                while not go.wait(0.005):
                    call.check()
            finally:
                with lock:
                    running.pop()

        host = self.serving(serve)
        end = self.ends()
        count = hodu.MAX_CALLS + 6
        host.sendall(b"".join(message(id=i + 1, method="wait") for i in range(count)))
        while len(running) < hodu.MAX_CALLS:
            go.wait(0.005)
        error = {"code": "ABORTED", "message": "no more"}
        host.sendall(b"".join(message(method="cancel", params={"id": i, "error": error}) for i in (1, count)))
        first = self.reader.receive()[0]
        self.assertEqual((first["id"], first["error"]["data"]["code"]), (1, "ABORTED"))
        self.assertLessEqual(len(running), hodu.MAX_CALLS)
        go.set()
        found = [self.reader.receive()[0] for _ in range(count - 1)]
        self.assertEqual({one["id"] for one in found}, set(range(2, count + 1)))
        self.assertEqual([one["id"] for one in found if "error" in one], [count])
        host.shutdown(socket.SHUT_WR)
        end()

    def memory_of_host(self):
        """Begins to send through memory; gives what fills a file of the host's and names it as a part."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.assertTrue(self.line.use_memory(folder.name))

        def fill(name, data):
            with open(os.path.join(folder.name, name), "wb") as file:
                file.write(data)
            return {"file": name, "size": len(data)}

        return fill

    def test_inputs_of_a_run_are_lent_until_it_is_answered_and_nothing_refers_to_them(self):
        kept = []

        def serve(method, call, params, parts):
            if params.get("keep"):
                kept[:] = parts.parts
            if params.get("fail"):
                wait_for_cancel(call)
            return lambda out: {"bytes": [out.part(part[:9]) for part in parts.parts]}

        def wait_for_cancel(call):
            while True:
                call.check()

        host = self.serving(serve)
        fill = self.memory_of_host()
        end = self.ends()
        large = random.randbytes(hodu.LEAST_MEMORY_BYTES)
        gc.disable()
        self.addCleanup(gc.enable)

        def call(identifier, method, params, *parts):
            host.sendall(message(id=identifier, method=method, params=params, parts=list(parts)))

        def received():
            found, parts = self.reader.receive()
            self.assertEqual(parts, [large[:9]] if "result" in found else [])
            return found.get("id") or (found["method"], found["params"]["file"])

        # what is not lent is copied and free before the call
        call(1, "other", {"keep": True}, fill("h0", large))
        self.assertEqual([received(), received()], [("memory.free", "h0"), 1])
        call(2, "session.run", {}, fill("h1", large))
        self.assertEqual([received(), received()], [2, ("memory.free", "h1")])
        # kept from one run to the next
        call(3, "session.run", {"keep": True}, fill("h0", large))
        self.assertEqual(received(), 3)
        call(4, "session.run", {"keep": True}, fill("h1", large))
        self.assertEqual([received(), received()], [4, ("memory.free", "h0")])
        self.assertEqual(kept, [large])
        # neither a cancelled call nor its error holds on to them
        call(5, "session.run", {"fail": True}, fill("h2", large))
        host.sendall(message(method="cancel", params={"id": 5, "error": {"code": "ABORTED", "message": "no more"}}))
        self.assertEqual([received(), received()], [5, ("memory.free", "h2")])
        call(6, "session.run", {}, fill("h1", large))
        with self.assertRaisesRegex(hodu.ProtocolError, "h1, whose last part is not free"):
            end()

    def test_a_call_that_asks_the_host_waits_for_no_other_thread(self):
        def serve(method, call, params, parts):
            result, _ = self.line.request("ask", {})
            return lambda out: result

        with unittest.mock.patch.object(hodu, "LONG_CALL", 1000):
            host = self.serving(serve)
        end = self.ends()
        for i in range(1, 20):
            host.sendall(message(id=i, method="x"))
            asked = self.reader.receive()[0]
            host.sendall(message(id=asked["id"], result={"i": i}))
            self.assertEqual(self.reader.receive()[0]["result"], {"i": i})
        host.shutdown(socket.SHUT_WR)
        end()

    def test_short_calls_that_overlap_come_to_run_at_once(self):
        both = threading.Barrier(2)

        def serve(method, call, params, parts):
            if method == "both":
                both.wait(10)

        # only what is seen of calls that overlap lets another thread read
        with unittest.mock.patch.object(hodu, "LONG_CALL", 1000):
            host = self.serving(serve)
        end = self.ends()
        count = 2 * hodu.OVERLAPS
        host.sendall(b"".join(message(id=i + 1, method="x") for i in range(count)))
        host.sendall(b"".join(message(id=count + i + 1, method="both") for i in range(2)))
        found = [self.reader.receive()[0] for _ in range(count + 2)]
        self.assertEqual([one["id"] for one in found if "error" in one], [])
        host.shutdown(socket.SHUT_WR)
        end()

    def test_a_breach_ends_it(self):
        host = self.serving(lambda *_: None)
        end = self.ends()
        host.sendall(message(id=1, method="x") + b"GET / HTTP/1.1")
        with self.assertRaises(hodu.ProtocolError):
            end()

    def test_what_is_sent_arrives_however_little_the_system_takes_at_once(self):
        taken = []

        def send_some(pieces):
            taken.append(b"".join(pieces)[: len(taken) * 7 + 1])
            return len(taken[-1])

        line = unittest.mock.Mock(sendmsg=send_some, sendall=lambda piece: taken.append(bytes(piece)))
        part = random.Random(1).randbytes(3 * hodu.DATA_FRAME_BYTES + 5)
        hodu._Sender(line).send({"method": "x"}, [memoryview(part)])
        self.assertEqual(read_all(b"".join(taken)), [("x", [part])])

    def test_texts_of_half_characters_are_sent_exactly(self):
        def serve(method, call, params, parts):
            raise hodu.HoduError("IO", params["name"])

        host = self.serving(serve)
        end = self.ends()
        host.sendall(message(id=1, method="x", params={"name": "a\ud800한"}))
        self.assertEqual(self.reader.receive()[0]["error"]["message"], "a\ud800한")
        host.shutdown(socket.SHUT_WR)
        end()


class PlainLineTest(LineTest):
    """The same where the system has no timers that go off in a file, and no poll."""

    def setUp(self):
        for module, name in [(hodu.ctypes, "PyDLL"), (hodu.select, "poll")]:
            patch = unittest.mock.patch.object(module, name, None)
            patch.start()
            self.addCleanup(patch.stop)
        self.assertIsNone(hodu._alarm())


class DataTest(unittest.TestCase):
    def test_a_snapshot_is_encoded_and_decoded_to_the_same(self):
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
        self.assertEqual(hodu.decode_snapshot(hodu.encode_snapshot(snapshot)), snapshot)

    def test_damaged_artifacts_are_refused(self):
        packed = hodu.encode_snapshot(hodu.Snapshot(hodu.Graph("g"), [b"123"]))
        for data in [b"", packed[:3], packed[:20], struct.pack("<I", 2) + b"[]", packed[:4] + b"[" + packed[5:]]:
            with self.assertRaises(hodu.HoduError) as caught:
                hodu.decode_snapshot(data)
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

    def test_floats_beyond_a_dtype_become_infinite_and_integers_are_refused(self):
        self.assertEqual(hodu.Tensor.of("f32", (3,), [1e39, -1e39, 2]).values(), [math.inf, -math.inf, 2])
        for values in [[256], [1.5], [1, 2]]:
            with self.assertRaises(hodu.HoduError) as caught:
                hodu.Tensor.of("u8", (1,), values)
            self.assertEqual(caught.exception.code, "BAD_INPUT")

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


class PluginTest(unittest.TestCase):
    def test_is_named_by_the_package_beside_the_client(self):
        with tempfile.TemporaryDirectory() as folder, unittest.mock.patch.object(hodu, "__file__", os.path.join(folder, "c.py")):
            with self.assertRaisesRegex(ValueError, "package.json: write Plugin"):
                hodu.Plugin()
            with open(os.path.join(folder, "package.json"), "w") as file:
                file.write('{"name": "a", "version": "1.2.3"}')
            plugin = hodu.Plugin()
            self.assertEqual((plugin.id, plugin.version), ("a", "1.2.3"))
        self.assertEqual(hodu.Plugin("b", "2.0.0").id, "b")


def tensor_type(*shape):
    return {"kind": "tensor", "dtype": "f32", "shape": list(shape)}


def symbol(name, coefficient=1, constant=0):
    return {"constant": constant, "terms": [[name, coefficient]]}


class BackendTest(unittest.TestCase):
    """What the contract of a backend asks of every session."""

    def setUp(self):
        inputs = [
            hodu.GraphValue("x", tensor_type(symbol("n"), 2)),
            hodu.GraphValue("y", tensor_type(symbol("n", 2, 1))),
            hodu.GraphValue("z", tensor_type(2), "w"),
            hodu.GraphValue("o", {"kind": "optional", "element": tensor_type()}),
        ]
        self.graph = hodu.Graph("g", inputs, [hodu.GraphValue("x")], [hodu.Weight("w", "f32", [2], 0, 4, 8)])
        self.call = type("Call", (), {"check": lambda self: None})()

    def ones(self, *shape):
        return hodu.Tensor.of("f32", shape, [1] * math.prod(shape))

    def test_inputs_are_bound_with_their_defaults(self):
        w, x, y = self.ones(2), self.ones(3, 2), self.ones(7)
        values = hodu.bind_inputs(self.graph, {"x": x, "y": y}, {"w": w})
        self.assertEqual(values, {"w": w, "x": x, "y": y, "z": w, "o": hodu.OptionalValue(tensor_type())})

    def test_inputs_that_do_not_fit_are_refused(self):
        x, y, given = self.ones(3, 2), self.ones(7), {"w": self.ones(2)}
        for code, inputs, message in [
            ("BAD_INPUT", {"x": x, "y": y, "q": x}, '"q": the model has "x", "y", "z", "o"'),
            ("BAD_INPUT", {"x": self.ones(3), "y": y}, r"f32\[3\], expected f32\[n, 2\]"),
            ("BAD_INPUT", {"x": x, "y": self.ones(5)}, r"f32\[5\], expected f32\[2\*n \+ 1\], n = 3"),
            ("BAD_INPUT", {"y": self.ones(5), "x": x}, "n = 2"),
            ("BAD_INPUT", {"x": hodu.Tensor("f64", (3, 2), b""), "y": y}, "found f64"),
            ("BAD_INPUT", {"x": hodu.OptionalValue(tensor_type()), "y": y}, "found optional"),
            ("MISSING_INPUT", {"x": x}, '"y" is not given'),
        ]:
            with self.subTest(message=message), self.assertRaisesRegex(hodu.HoduError, message) as caught:
                hodu.bind_inputs(self.graph, inputs, given)
            self.assertEqual(caught.exception.code, code)

    def test_weights_are_loaded_and_held_to_their_digests(self):
        data = struct.pack("<3f", 1, 2, 3)
        snapshot = hodu.Snapshot(self.graph, [data])
        self.graph.weights[0].digest = hashlib.sha256(data[4:]).hexdigest()
        self.assertEqual(hodu.load_weights(snapshot, None, 0, self.call)["w"].values(), [2, 3])
        for change in [{"digest": "00"}, {"offset": 8}, {"offset": -1}, {"store": 1}, {"store": -1}]:
            damaged = hodu.Graph("g", weights=[hodu.Weight(**{**vars(self.graph.weights[0]), **change})])
            with self.subTest(change=change), self.assertRaises(hodu.HoduError) as caught:
                hodu.load_weights(hodu.Snapshot(damaged, [data]), None, 0, self.call)
            self.assertEqual(caught.exception.code, "BAD_MODEL")

    def test_weights_in_files_are_counted_before_they_are_read(self):
        for most, code in [(7, "MEMORY_LIMIT"), (8, "MISSING_INPUT")]:
            with self.assertRaises(hodu.HoduError) as caught:
                hodu.load_weights(hodu.Snapshot(self.graph, ["file"]), None, most, self.call)
            self.assertEqual(caught.exception.code, code)

    def test_outputs_are_those_that_are_asked_for(self):
        self.assertEqual(hodu.wanted_outputs(self.graph, {}), ["x"])
        with self.assertRaisesRegex(hodu.HoduError, '"y": the model has "x"'):
            hodu.wanted_outputs(self.graph, {"outputs": ["y"]})

    def test_names_are_quoted_for_messages(self):
        for name, quoted in [("a b", '"a b"'), ('한"', '"한\\""'), ("a\n\u202e", '"a\\n\\u202e"')]:
            self.assertEqual(hodu.quote(name), quoted)
        self.assertLess(len(hodu.quote("x" * 1000)), 250)

    def test_types_are_known_by_name(self):
        self.assertEqual(self.graph.types()["w"], tensor_type(2))
        self.assertEqual(self.graph.types()["x"], tensor_type(symbol("n"), 2))


if __name__ == "__main__":
    unittest.main()
