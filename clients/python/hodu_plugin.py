"""
Hodu's plugin protocol for Python: copy this file beside your plugin. Python 3.9 or later, the standard library alone.

    from hodu_plugin import Plugin, Tensor

    plugin = Plugin()

    @plugin.format("bytes")
    class Bytes:
        def load_tensors(self, source, options, call):
            return {"": Tensor("u8", (source.size,), source.read())}

    plugin.serve()

What the calls mean: docs/plugins-in-python.md. What crosses the line: docs/plugin-protocol.md.
"""

from __future__ import annotations

import collections
import ctypes
import hashlib
import io
import json
import math
import mmap
import os
import queue
import re
import select
import signal
import socket
import struct
import sys
import threading
import time
import traceback
import weakref
from dataclasses import dataclass, field
from typing import Any, Callable, Deque, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, TypedDict, Union

__version__ = "0.3.0"

PROTOCOL_VERSION = 1

# Limits of the protocol; what passes one ends the line.
MAX_MESSAGE_BYTES = 256 * 1024 * 1024
MAX_DATA_BYTES = 4 * 1024 * 1024
MAX_PARTS = 1_000_000
MAX_PART_BYTES = 4 * 1024 * 1024 * 1024
MAX_OPEN_BYTES = 8 * 1024 * 1024 * 1024
MAX_OPEN_MESSAGES = 524_288
MAX_LOG_CHARACTERS = 16 * 1024
MAX_SERVICE_DEPTH = 100

# Parts between these sizes travel through memory, where both sides reach it.
LEAST_MEMORY_BYTES = 64 * 1024
MOST_MEMORY_BYTES = 16 * 1024 * 1024
MAX_MEMORY_FILES = 64
MAX_IDLE_MEMORY_BYTES = 256 * 1024 * 1024

# Payload of the data frames that this side sends: two fit into what a socket buffers.
DATA_FRAME_BYTES = 512 * 1024
# A message whose bytes are fewer is sent by one write.
JOINED_BYTES = 64 * 1024
# Calls that run at once; more wait for one of them to end.
MAX_CALLS = 64
PROGRESS_INTERVAL = 0.05

# Seconds that the next message is looked for without sleeping: the time in which the other side, woken, answers.
AWAKE = 0.0002
# So many times in a row in vain, and it is looked for one time in so many only: calls are long, or processors are taken.
MOST_MISSES = 4
RETRY_EVERY = 64
# Seconds from which on a call is long: another thread is woken to read meanwhile.
LONG_CALL = 0.002
# So many more requests of late that overlapped another call than did not, and another thread is woken at once; no more than so many count.
OVERLAPS = 4
MOST_OVERLAPS = 16

METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
HODU_ERROR = -32000

_HEADER = struct.Struct("<BxxxII")
_MESSAGE, _DATA = 1, 2


class HoduError(Exception):
    """
    What a call ends with: one of Hodu's codes (docs/errors.md), a message "Cannot <do what>: <found>, expected <rule>", a hint (the next
    command to type), and a place: any of file, field, offset, node, operator, plugin.
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: Optional[str] = None,
        where: Optional[Mapping[str, Any]] = None,
        cause: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.where = dict(where or {})
        self.cause = cause

    def _to_wire(self) -> Dict[str, Any]:
        cause = self.cause or (str(self.__cause__) if self.__cause__ is not None else None)
        rest = {"hint": self.hint, "where": self.where or None, "cause": cause}
        return {"code": self.code, "message": self.message, **{k: v for k, v in rest.items() if v is not None}}

    @staticmethod
    def _from_wire(wire: Mapping[str, Any]) -> "HoduError":
        return HoduError(wire["code"], wire["message"], wire.get("hint"), wire.get("where"), wire.get("cause"))


def quote(text: Any) -> str:
    """Quotes a name from a file for a message: control characters escaped, at most 200 characters kept."""
    text = str(text)
    return json.dumps(text if len(text) <= 200 else f"{text[:200]}... ({len(text)} characters)", ensure_ascii=not text.isprintable())


class ProtocolError(Exception):
    """The other side broke the protocol: the line ends."""


class _UnknownMethod(Exception):
    """A request that this plugin does not answer."""


# Values

# Letters of struct, and names of numpy, by dtype; other dtypes have neither.
_FORMATS = {
    "bool": ("?", "bool"),
    "i8": ("b", "int8"),
    "i16": ("h", "<i2"),
    "i32": ("i", "<i4"),
    "i64": ("q", "<i8"),
    "u8": ("B", "uint8"),
    "u16": ("H", "<u2"),
    "u32": ("I", "<u4"),
    "u64": ("Q", "<u8"),
    "f16": ("e", "<f2"),
    "f32": ("f", "<f4"),
    "f64": ("d", "<f8"),
    "c64": ("ff", "<c8"),
    "c128": ("dd", "<c16"),
}


@dataclass(frozen=True)
class Tensor:
    """
    A tensor, row-major. `data` holds its elements as files do: little-endian, elements below 8 bits packed from the low bits on, bool as
    a byte 0 or 1, complex as real then imaginary, each string as its length in bytes (u32) and UTF-8. `wide`: an f16, bf16 or f32 tensor
    whose elements are doubles.
    """

    dtype: str
    shape: Tuple[int, ...]
    data: Union[bytes, bytearray, memoryview]
    wide: bool = False

    @property
    def count(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    @staticmethod
    def of(dtype: str, shape: Sequence[int], values: Sequence[Any]) -> "Tensor":
        """
        A tensor of these elements, in row-major order; floats are rounded to the dtype, infinite beyond its largest. Throws BAD_INPUT for
        another number of them and for integers that do not fit, UNSUPPORTED for dtypes that neither struct nor UTF-8 has.
        """
        if math.prod(shape) != len(values):
            raise HoduError("BAD_INPUT", f"Cannot make a tensor: found {len(values)} elements, expected {math.prod(shape)}")
        if dtype == "string":
            texts = [text.encode() for text in values]
            return Tensor(dtype, tuple(shape), b"".join(struct.pack("<I", len(text)) + text for text in texts))
        if dtype.startswith("c"):
            values = [part for value in values for part in (complex(value).real, complex(value).imag)]
        return Tensor(dtype, tuple(shape), _packed(dtype, _format_of(dtype)[0][0], values))

    def values(self) -> List[Any]:
        """The elements as Python has them. Refuses (UNSUPPORTED) dtypes that neither struct nor UTF-8 has."""
        if self.dtype == "string":
            return _texts_of(self.data)
        letters = "d" if self.wide else _format_of(self.dtype)[0]
        numbers = list(struct.unpack(f"<{self.count * len(letters)}{letters[0]}", self.data))
        return numbers if len(letters) == 1 else [complex(*pair) for pair in zip(numbers[::2], numbers[1::2])]

    def numpy(self) -> Any:
        """The tensor as a numpy array over the same memory. Refuses (UNSUPPORTED) dtypes that numpy does not have."""
        import numpy

        if self.dtype == "string":
            return numpy.array(_texts_of(self.data), dtype=object).reshape(self.shape)
        return numpy.frombuffer(self.data, dtype="<f8" if self.wide else _format_of(self.dtype)[1]).reshape(self.shape)

    @staticmethod
    def from_numpy(array: Any, dtype: Optional[str] = None) -> "Tensor":
        """A tensor of a numpy array's elements. Refuses (UNSUPPORTED) other dtypes than numpy's numbers and texts."""
        import numpy

        array = numpy.asarray(array)
        if array.dtype.kind in "OU":
            return Tensor.of("string", array.shape, [str(text) for text in array.ravel()])
        little = numpy.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        found = next((name for name, (_, code) in _FORMATS.items() if numpy.dtype(code) == little.dtype), None)
        if found is None or dtype not in (None, found):
            raise HoduError("UNSUPPORTED", f"Cannot make a tensor of {dtype or 'numbers'}: found numpy's {array.dtype}")
        data = memoryview(little.reshape(-1).view(numpy.uint8)) if little.size > 0 else b""
        return Tensor(found, tuple(array.shape), data)


def _format_of(dtype: str) -> Tuple[str, str]:
    if dtype in _FORMATS:
        return _FORMATS[dtype]
    raise HoduError("UNSUPPORTED", f"Cannot give the elements of {dtype} as numbers: Python has no such type")


def _packed(dtype: str, letter: str, values: Sequence[Any]) -> bytes:
    try:
        return struct.pack(f"<{len(values)}{letter}", *values)
    except OverflowError:  # struct refuses what IEEE 754 rounds to infinity
        return b"".join(_packed_float(letter, value) for value in values)
    except struct.error as error:
        raise HoduError("BAD_INPUT", f"Cannot make a tensor of {dtype}: {error}") from None


def _packed_float(letter: str, value: Any) -> bytes:
    try:
        return struct.pack(f"<{letter}", value)
    except OverflowError:
        return struct.pack(f"<{letter}", math.inf if value > 0 else -math.inf)


def _texts_of(data: Union[bytes, bytearray, memoryview]) -> List[str]:
    texts, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at)
        texts.append(str(data[at + 4 : at + 4 + length], "utf-8"))
        at += 4 + length
    return texts


# A type as JSON has it: {"kind": "tensor", "dtype": "f32", "shape": [1, {"constant": 0, "terms": [["n", 1]]}]}; without a shape where even
# the rank is not known; {"kind": "sequence", "element": ...}, {"kind": "optional", ...}, {"kind": "map", "key": "i64", ...}.
ValueType = Dict[str, Any]


@dataclass(frozen=True)
class SequenceValue:
    """Items in order, all of the element type."""

    element: ValueType
    items: List["Value"]


@dataclass(frozen=True)
class OptionalValue:
    """A value of the element type, or none."""

    element: ValueType
    value: Optional["Value"] = None


@dataclass(frozen=True)
class MapValue:
    """Keys of an integer dtype or string, and as many values."""

    key: str
    element: ValueType
    keys: List[Union[int, str]]
    values: List["Value"]


Value = Union[Tensor, SequenceValue, OptionalValue, MapValue]


# Models


@dataclass
class Attribute:
    """`kind` is float, int, string, tensor, graph, type, or floats, ints, strings, tensors; `value` is what Python has for it."""

    kind: str
    value: Any


@dataclass
class Node:
    """An operator of a graph. An input of the name "" is left out. `origin` names the nodes of the file that it comes from."""

    op: str
    inputs: List[str]
    outputs: List[str]
    attributes: Dict[str, Attribute] = field(default_factory=dict)
    name: str = ""
    domain: str = ""
    origin: List[str] = field(default_factory=list)

    def attribute(self, name: str, default: Any = None) -> Any:
        """The value of an attribute, or what stands for one that is not there: `node.attribute("axis", 0)`."""
        return self.attributes[name].value if name in self.attributes else default


@dataclass
class Weight:
    """A constant whose bytes lie in a store of the Snapshot, at an offset. `digest` is its SHA-256, where it is known."""

    name: str
    dtype: str
    shape: List[int]
    store: int
    offset: int
    length: int
    digest: Optional[str] = None


@dataclass
class GraphValue:
    """An input, an output or another value by name; `type` is None where it is not known, `default` names a weight."""

    name: str
    type: Optional[ValueType] = None
    default: Optional[str] = None


@dataclass
class Graph:
    """Nodes in an order in which they can run, and what goes in and out."""

    name: str
    inputs: List[GraphValue] = field(default_factory=list)
    outputs: List[GraphValue] = field(default_factory=list)
    weights: List[Weight] = field(default_factory=list)
    nodes: List[Node] = field(default_factory=list)
    values: List[GraphValue] = field(default_factory=list)

    def types(self) -> Dict[str, ValueType]:
        """What is known of the types of values, by name: of inputs, outputs, weights and values between nodes."""
        known = {value.name: value.type for value in (*self.inputs, *self.values, *self.outputs) if value.type is not None}
        return {**known, **{one.name: {"kind": "tensor", "dtype": one.dtype, "shape": one.shape} for one in self.weights}}


# Where weights lie: bytes, or the name of a file ("" is the model file, others are relative to it).
Store = Union[bytes, bytearray, memoryview, str]


@dataclass
class Snapshot:
    """A model as data."""

    graph: Graph
    stores: List[Store] = field(default_factory=list)
    metadata: List[Tuple[str, str]] = field(default_factory=list)
    producer: str = ""


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """A Snapshot as bytes, for artifacts of backends that run it as it is: the size of its JSON (u32), the JSON, and its parts."""
    out = _Writer()
    wire = out.snapshot(snapshot)
    text = json.dumps({"snapshot": wire, "parts": [len(part) for part in out.parts]}).encode()
    return b"".join([struct.pack("<I", len(text)), text, *out.parts])


def decode_snapshot(data: Union[bytes, bytearray, memoryview]) -> Snapshot:
    """What `encode_snapshot` gave. Refuses (BAD_MODEL) other bytes."""
    view = memoryview(data)
    try:
        (length,) = struct.unpack_from("<I", view)
        wire = json.loads(bytes(view[4 : 4 + length]))
        parts, at = [], 4 + length
        for size in wire["parts"]:
            parts.append(view[at : at + size])
            at += size
        return _Reader(parts).snapshot(wire["snapshot"])
    except (struct.error, AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError) as error:
        raise HoduError("BAD_MODEL", "Cannot read an artifact: found damaged bytes, expected a model") from error


@dataclass
class Patch:
    """A change to one graph: nodes by name that go, nodes and weights that come, and values to read instead of those that are gone."""

    pattern: str
    remove: List[str] = field(default_factory=list)
    add: List[Node] = field(default_factory=list)
    weights: List[Union[Weight, Tuple[str, Tensor]]] = field(default_factory=list)
    rename: List[Tuple[str, str]] = field(default_factory=list)
    drop_weights: List[str] = field(default_factory=list)


@dataclass
class Model:
    """A Snapshot and the file that its stores of files refer to."""

    snapshot: Snapshot
    source: Optional["Source"] = None

    def tensor(self, weight: Weight) -> Tensor:
        """A weight with its bytes, read from where they are. Throws MISSING_INPUT, POLICY, BAD_MODEL."""
        stores = self.snapshot.stores
        if not 0 <= weight.store < len(stores):
            raise _bad_weight(weight, f"store {weight.store} of {len(stores)}")
        return Tensor(weight.dtype, tuple(weight.shape), read_weight(stores[weight.store], weight, self.source))


def read_weight(store: Store, weight: Weight, source: Optional["Source"]) -> Union[bytes, memoryview]:
    """The bytes of a weight. Throws MISSING_INPUT, POLICY, BAD_MODEL."""
    if isinstance(store, str):
        if source is None:
            raise HoduError("MISSING_INPUT", f"Cannot read weight {quote(weight.name)}: the model's file is not here")
        file = source if store == "" else source.sibling(store)
        return file.read_at(weight.offset, weight.length)
    end = weight.offset + weight.length
    if not 0 <= weight.offset <= end <= len(store):
        raise _bad_weight(weight, f"bytes {weight.offset} to {end} of {len(store)}")
    return memoryview(store)[weight.offset : end]


def _bad_weight(weight: Weight, found: str) -> HoduError:
    return HoduError("BAD_MODEL", f"Cannot read weight {quote(weight.name)}: found {found}")


# What a backend runs models with


def load_weights(snapshot: Snapshot, source: Optional["Source"], max_bytes: float, call: "Call") -> Dict[str, Tensor]:
    """
    The weights of the main graph by name, those with a digest held to it. Throws MEMORY_LIMIT before those that are read from files take
    more than `max_bytes`, BAD_MODEL for damaged ones, MISSING_INPUT without their file.
    """
    model, taken, tensors = Model(snapshot, source), 0, {}
    for weight in snapshot.graph.weights:
        call.check()
        is_read = 0 <= weight.store < len(snapshot.stores) and isinstance(snapshot.stores[weight.store], str)
        taken += weight.length if is_read else 0
        if taken > max_bytes:
            raise HoduError("MEMORY_LIMIT", f"Cannot load the weights: they need {taken} bytes and more, of {max_bytes:.0f}")
        tensors[weight.name] = model.tensor(weight)
        digest = weight.digest and hashlib.sha256(tensors[weight.name].data).hexdigest()
        if digest != weight.digest:
            raise _bad_weight(weight, f"bytes of SHA-256 {digest}, expected {weight.digest}")
    return tensors


def bind_inputs(graph: Graph, inputs: Mapping[str, Value], weights: Mapping[str, Tensor]) -> Dict[str, Value]:
    """
    The values that a run begins with, by name: the weights, and the inputs as they are given or by default. Holds them to what the graph
    declares: names, kinds, dtypes, shapes, one size for each symbol. Throws BAD_INPUT, MISSING_INPUT.
    """
    declared = {value.name: value for value in graph.inputs}
    symbols: Dict[str, int] = {}
    # a dim of several symbols can be told only when all inputs have been seen
    for name, value in (*inputs.items(), *inputs.items()):
        if name not in declared:
            raise HoduError("BAD_INPUT", f"Cannot use input {quote(name)}: the model has {', '.join(map(quote, declared)) or 'none'}")
        _check_input(name, value, declared[name].type, symbols)
    return {**weights, **{value.name: _bound(value, inputs, weights) for value in graph.inputs}}


def _bound(declared: GraphValue, inputs: Mapping[str, Value], weights: Mapping[str, Tensor]) -> Value:
    if declared.name in inputs:
        return inputs[declared.name]
    if declared.default is not None:
        return weights[declared.default]
    if declared.type is not None and declared.type["kind"] == "optional":
        return OptionalValue(declared.type["element"])
    raise HoduError("MISSING_INPUT", f"Cannot run the model: input {quote(declared.name)} is not given")


def _check_input(name: str, value: Value, wanted: Optional[ValueType], symbols: Dict[str, int]) -> None:
    if wanted is None:
        return
    shape = wanted.get("shape")
    if not isinstance(value, Tensor) or wanted["kind"] != "tensor":
        fits = _kind_of(value) == wanted["kind"]
    else:
        fits = value.dtype == wanted["dtype"] and (shape is None or _shape_fits(value.shape, shape, symbols))
    if fits:
        return
    found = f"{value.dtype}{list(value.shape)}" if isinstance(value, Tensor) else _kind_of(value)
    expected = wanted["kind"] if wanted["kind"] != "tensor" else wanted["dtype"]
    dims = "" if shape is None else f"[{', '.join(map(_dim_text, shape))}]"
    known = "".join(f", {symbol} = {size}" for symbol, size in symbols.items())
    raise HoduError("BAD_INPUT", f"Cannot use input {quote(name)}: found {found}, expected {expected}{dims}{known}")


def _kind_of(value: Value) -> str:
    kinds = {Tensor: "tensor", SequenceValue: "sequence", OptionalValue: "optional", MapValue: "map"}
    return kinds[type(value)]


def _shape_fits(found: Sequence[int], shape: Sequence[Any], symbols: Dict[str, int]) -> bool:
    return len(found) == len(shape) and all(_dim_fits(size, dim, symbols) for size, dim in zip(found, shape))


def _dim_fits(size: int, dim: Any, symbols: Dict[str, int]) -> bool:
    """Whether a size is that of a dim; the first size of a symbol is its size everywhere."""
    if isinstance(dim, int):
        return size == dim
    constant, terms = dim["constant"], dim["terms"]
    unknown = [symbol for symbol, _ in terms if symbol not in symbols]
    if not unknown:
        return bool(size == constant + sum(coefficient * symbols[symbol] for symbol, coefficient in terms))
    if len(terms) > 1:
        return True
    symbol, coefficient = terms[0]
    symbols[symbol], rest = divmod(size - constant, coefficient)
    return rest == 0 and symbols[symbol] >= 0


def _dim_text(dim: Any) -> str:
    if isinstance(dim, int):
        return str(dim)
    terms = [symbol if coefficient == 1 else f"{coefficient}*{symbol}" for symbol, coefficient in dim["terms"]]
    return " + ".join([*terms, *([str(dim["constant"])] if dim["constant"] else [])])


def wanted_outputs(graph: Graph, options: "RunOptions") -> List[str]:
    """The names of the outputs that a run is to give, in their order. Throws BAD_INPUT for one that the graph does not have."""
    names = [output.name for output in graph.outputs]
    for name in options.get("outputs", names):
        if name not in names:
            raise HoduError("BAD_INPUT", f"Cannot give output {quote(name)}: the model has {', '.join(map(quote, names))}")
    return list(options.get("outputs", names))


@dataclass
class TensorFile:
    """What a tensor file holds: values by name in their order (one unnamed value is ""), and what the file says beside them."""

    values: Dict[str, Value]
    metadata: List[Tuple[str, str]] = field(default_factory=list)


@dataclass
class Artifact:
    """What `compile` made: bytes. Identity, device and precision are filled in where they are empty. `report` is JSON of the protocol."""

    bytes: Union[bytes, bytearray, memoryview]
    backend: str = ""
    version: str = ""
    device: str = ""
    precision: str = ""
    report: Optional[Dict[str, Any]] = None


@dataclass
class NodeTime:
    """The time of one node over all its calls."""

    name: str
    operator: str
    milliseconds: float
    calls: int = 1
    origin: List[str] = field(default_factory=list)


@dataclass
class RunResult:
    """Outputs by name in the order that was asked for, the times of nodes (sent where `profile` asks), and the most bytes at once."""

    outputs: Dict[str, Value]
    nodes: Optional[List[NodeTime]] = None
    peak_bytes: int = 0


# Options are dicts; members that are not there were not said.


class LoadModelOptions(TypedDict, total=False):
    """`domains`: those beside the standard's whose nodes stay as they are."""

    domains: List[str]


class LoadTensorsOptions(TypedDict, total=False):
    """`dtypes`: what to read a value as where the file does not say it, by name ("" is the unnamed one)."""

    dtypes: Dict[str, str]


class SaveModelOptions(TypedDict, total=False):
    """`opset`: the version of ai.onnx to write (the lowest that holds the model); `external_weights`: weights in a file of their own."""

    opset: int
    external_weights: bool


class CompileOptions(TypedDict, total=False):
    """
    What a model is compiled for: `device` such as cpu or cuda:0 and `precision`, native or f64 (all floats in double), are always there.
    `opt_level` is 0 to 3, `shapes` lists {"name": an input, "dims": [...]}, `dump` names forms to give in the report.
    """

    device: str
    precision: str
    opt_level: int
    shapes: List[Dict[str, Any]]
    reproducible: bool
    fallback: bool
    dump: List[str]
    work_dir: str


class SessionOptions(TypedDict, total=False):
    """
    What a session may take: `threads` (0: all cores) and `max_memory` in bytes are always there. `keep(key, make)` gives the bytes that
    the host keeps under a key, else those of `make()`, which it keeps from then on.
    """

    threads: int
    max_memory: float
    keep_memory: bool
    keep: Callable[[str, Callable[[], Any]], Any]


class RunOptions(TypedDict, total=False):
    """`outputs`: those to give, by name (all); `profile`: measure the time of each node; `seed` of random operators (another each run)."""

    outputs: List[str]
    profile: bool
    seed: float


# What travels, as JSON and parts


class _Writer:
    """Makes JSON of data; bytes become parts."""

    def __init__(self) -> None:
        self.parts: List[memoryview] = []

    def part(self, data: Any) -> int:
        self.parts.append(memoryview(data).cast("B") if len(data) > 0 else memoryview(b""))
        return len(self.parts) - 1

    def value(self, value: Value) -> Dict[str, Any]:
        if isinstance(value, Tensor):
            wide = {"wide": True} if value.wide else {}
            head = {"kind": "tensor", "dtype": value.dtype, "shape": list(value.shape)}
            return {**head, **wide, "data": self.part(value.data)}
        if isinstance(value, SequenceValue):
            return {"kind": "sequence", "element": value.element, "items": [self.value(item) for item in value.items]}
        if isinstance(value, OptionalValue):
            own = {} if value.value is None else {"value": self.value(value.value)}
            return {"kind": "optional", "element": value.element, **own}
        if isinstance(value, MapValue):
            keys = [str(key) for key in value.keys] if value.key in ("i64", "u64") else list(value.keys)
            values = [self.value(item) for item in value.values]
            return {"kind": "map", "key": value.key, "element": value.element, "keys": keys, "values": values}
        raise TypeError(f"found {type(value).__name__}, expected a Tensor or another value")

    def values(self, values: Mapping[str, Value]) -> List[Dict[str, Any]]:
        return [{"name": name, "value": self.value(value)} for name, value in values.items()]

    def attribute(self, attribute: Attribute) -> Dict[str, Any]:
        return {"kind": attribute.kind, "value": _ATTRIBUTES[attribute.kind][0](self, attribute.value)}

    def node(self, node: Node) -> Dict[str, Any]:
        attributes = [{"name": name, "value": self.attribute(value)} for name, value in node.attributes.items()]
        return {
            "op": node.op,
            "domain": node.domain,
            "name": node.name,
            "inputs": node.inputs,
            "outputs": node.outputs,
            "attributes": attributes,
            "origin": node.origin,
        }

    def graph(self, graph: Graph) -> Dict[str, Any]:
        return {
            "name": graph.name,
            "inputs": [_plain(value) for value in graph.inputs],
            "outputs": [_plain(value) for value in graph.outputs],
            "weights": [_plain(weight) for weight in graph.weights],
            "nodes": [self.node(node) for node in graph.nodes],
            "values": [_plain(value) for value in graph.values],
        }

    def store(self, store: Store) -> Dict[str, Any]:
        if isinstance(store, str):
            return {"kind": "file", "location": store}
        return {"kind": "bytes", "bytes": self.part(store)}

    def snapshot(self, snapshot: Snapshot) -> Dict[str, Any]:
        return {
            "graph": self.graph(snapshot.graph),
            "stores": [self.store(store) for store in snapshot.stores],
            "metadata": [list(pair) for pair in snapshot.metadata],
            "producer": snapshot.producer,
        }

    def patch(self, patch: Patch) -> Dict[str, Any]:
        weights = [
            _plain(weight) if isinstance(weight, Weight) else {"name": weight[0], "value": self.value(weight[1])}
            for weight in patch.weights
        ]
        return {
            "pattern": patch.pattern,
            "remove": patch.remove,
            "add": [self.node(node) for node in patch.add],
            "weights": weights,
            "rename": [list(pair) for pair in patch.rename],
            "dropWeights": patch.drop_weights,
        }

    def service(self, data: Any, depth: int = 0) -> Any:
        if depth > MAX_SERVICE_DEPTH:
            raise _unfit(f"more than {MAX_SERVICE_DEPTH} levels")
        if data is None or isinstance(data, (bool, str)):
            return data
        if isinstance(data, int):
            return data if abs(data) < 2**53 else {"$integer": str(data)}
        if isinstance(data, float):
            wire = _float_to_wire(data)
            return {"$float": wire} if isinstance(wire, str) else wire
        if isinstance(data, (bytes, bytearray, memoryview)):
            return {"$bytes": self.part(data)}
        if isinstance(data, (Tensor, SequenceValue, OptionalValue, MapValue)):
            return {"$value": self.value(data)}
        if isinstance(data, (list, tuple)):
            return [self.service(item, depth + 1) for item in data]
        if isinstance(data, dict) and all(isinstance(name, str) and not name.startswith("$") for name in data):
            return {name: self.service(item, depth + 1) for name, item in data.items()}
        raise _unfit(type(data).__name__)


class _Reader:
    """Makes data of JSON and its parts. Throws KeyError, TypeError, ValueError, IndexError for what is not as the protocol has it."""

    def __init__(self, parts: Sequence[memoryview]) -> None:
        self.parts = parts

    def part(self, index: Any) -> memoryview:
        if not isinstance(index, int) or not 0 <= index < len(self.parts):
            raise ValueError(f"found part {index!r} of {len(self.parts)}")
        return self.parts[index]

    def value(self, wire: Mapping[str, Any]) -> Value:
        kind = wire["kind"]
        if kind == "tensor":
            return Tensor(wire["dtype"], tuple(wire["shape"]), self.part(wire["data"]), wire.get("wide", False))
        if kind == "sequence":
            return SequenceValue(wire["element"], [self.value(item) for item in wire["items"]])
        if kind == "optional":
            return OptionalValue(wire["element"], self.value(wire["value"]) if "value" in wire else None)
        if kind == "map":
            keys = [int(key) for key in wire["keys"]] if wire["key"] in ("i64", "u64") else list(wire["keys"])
            return MapValue(wire["key"], wire["element"], keys, [self.value(item) for item in wire["values"]])
        raise ValueError(f"found a value of the kind {kind!r}")

    def values(self, wire: Sequence[Mapping[str, Any]]) -> Dict[str, Value]:
        return {item["name"]: self.value(item["value"]) for item in wire}

    def attribute(self, wire: Mapping[str, Any]) -> Attribute:
        return Attribute(wire["kind"], _ATTRIBUTES[wire["kind"]][1](self, wire["value"]))

    def node(self, wire: Mapping[str, Any]) -> Node:
        attributes = {item["name"]: self.attribute(item["value"]) for item in wire["attributes"]}
        rest = (wire["name"], wire["domain"], list(wire["origin"]))
        return Node(wire["op"], list(wire["inputs"]), list(wire["outputs"]), attributes, *rest)

    def graph(self, wire: Mapping[str, Any]) -> Graph:
        return Graph(
            wire["name"],
            [_graph_value(value) for value in wire["inputs"]],
            [_graph_value(value) for value in wire["outputs"]],
            [Weight(**{name: weight[name] for name in _WEIGHT_MEMBERS if name in weight}) for weight in wire["weights"]],
            [self.node(node) for node in wire["nodes"]],
            [_graph_value(value) for value in wire["values"]],
        )

    def store(self, wire: Mapping[str, Any]) -> Store:
        return wire["location"] if wire["kind"] == "file" else self.part(wire["bytes"])

    def snapshot(self, wire: Mapping[str, Any]) -> Snapshot:
        metadata = [(key, value) for key, value in wire["metadata"]]
        return Snapshot(self.graph(wire["graph"]), [self.store(store) for store in wire["stores"]], metadata, wire["producer"])

    def service(self, wire: Any) -> Any:
        if isinstance(wire, list):
            return [self.service(item) for item in wire]
        if not isinstance(wire, dict):
            return wire
        mark = next((name for name in wire if name.startswith("$")), None)
        if mark is None:
            return {name: self.service(item) for name, item in wire.items()}
        read = {"$float": _float, "$integer": int, "$bytes": self.part, "$value": self.value}
        return read[mark](wire[mark])


_WEIGHT_MEMBERS = ("name", "dtype", "shape", "store", "offset", "length", "digest")


def _plain(data: Any) -> Dict[str, Any]:
    """The members of a dataclass that are there."""
    return {name: value for name, value in vars(data).items() if value is not None}


def _graph_value(wire: Mapping[str, Any]) -> GraphValue:
    return GraphValue(wire["name"], wire.get("type"), wire.get("default"))


def _float(wire: Union[float, str]) -> float:
    return float(wire)


def _float_to_wire(value: float) -> Union[float, str]:
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return "-0" if value == 0 and math.copysign(1, value) < 0 else value


def _unfit(found: str) -> HoduError:
    return HoduError("BAD_USAGE", f"Cannot send data to a service: found {found}, expected JSON, bytes and values")


def _same(_: Any, value: Any) -> Any:
    return value


def _each(convert: Callable[[Any, Any], Any]) -> Callable[[Any, Any], List[Any]]:
    return lambda own, values: [convert(own, value) for value in values]


def _kind(
    encode: Callable[[Any, Any], Any], decode: Callable[[Any, Any], Any]
) -> Tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    return encode, decode


_FLOAT = _kind(lambda _, value: _float_to_wire(value), lambda _, wire: _float(wire))
_INT = _kind(lambda _, value: str(value), lambda _, wire: int(wire))
_TENSOR = _kind(_Writer.value, _Reader.value)

# How the value of an attribute of each kind travels: to JSON, and back.
_ATTRIBUTES = {
    "float": _FLOAT,
    "int": _INT,
    "string": _kind(_same, _same),
    "tensor": _TENSOR,
    "graph": _kind(_Writer.graph, _Reader.graph),
    "type": _kind(_same, _same),
    "floats": _kind(_each(_FLOAT[0]), _each(_FLOAT[1])),
    "ints": _kind(_each(_INT[0]), _each(_INT[1])),
    "strings": _kind(_same, _same),
    "tensors": _kind(_each(_TENSOR[0]), _each(_TENSOR[1])),
}


# The line


@dataclass
class _OwnFile:
    """A file in memory that this side writes: the bytes that it takes, and whether the other side still needs it."""

    descriptor: int
    size: int = 0
    is_free: bool = True
    is_named: bool = True
    mapping: Optional[mmap.mmap] = None

    def fill(self, data: memoryview) -> None:
        """Throws OSError where memory has no room."""
        mapping = self._with_room(len(data))
        if mapping is not None:
            mapping[: len(data)] = data
        else:
            at = 0
            while at < len(data):
                at += os.pwrite(self.descriptor, data[at:], at)
        self.size = max(self.size, len(data))

    def _with_room(self, size: int) -> Optional[mmap.mmap]:
        """The mapping, once the file has room: to write where there is none would end the process. None where it cannot be mapped."""
        if not hasattr(os, "posix_fallocate"):
            return None
        if self.size < size:
            os.posix_fallocate(self.descriptor, 0, size)
        if self.mapping is None or len(self.mapping) < size:
            self.mapping = _map(self.descriptor, size)
        return self.mapping

    def empty(self) -> None:
        os.ftruncate(self.descriptor, 0)
        self.size = 0


@dataclass
class _TheirFile:
    """A file in memory that the other side writes, and whether a part in it is lent: `loan` tells of the end of it."""

    descriptor: int
    mapping: Optional[mmap.mmap] = None
    is_lent: bool = False
    loan: Optional["weakref.ref[Any]"] = None


def _map(descriptor: int, size: int) -> Optional[mmap.mmap]:
    try:
        return mmap.mmap(descriptor, size)
    except (OSError, ValueError):
        return None


class _Memory:
    """Parts in files of a folder in memory. Each side writes its own files, again and again, and reads those of the other."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._own: Dict[str, _OwnFile] = {}
        self._theirs: Dict[str, _TheirFile] = {}
        # names of files whose loans have ended; whatever drops the last reference adds to it, the collector of garbage in any place
        self._returned: Deque[str] = collections.deque()
        self._lock = threading.Lock()
        self.is_usable = self._open() is not None

    def put(self, data: memoryview) -> Optional[Dict[str, Any]]:
        """Where the bytes were put; None where there is no room for them."""
        with self._lock:
            name = self._free_file(len(data)) or self._open()
            if name is None:
                return None
            file = self._own[name]
            try:
                file.fill(data)
            except OSError:
                return None  # no room in memory: the part travels in frames
            file.is_free = False
            return {"file": name, "size": len(data)}

    def take(self, name: str, size: int) -> memoryview:
        """A copy of the bytes that the other side has put there. Throws ProtocolError."""
        descriptor = self._their_file(name, size).descriptor
        data, at = memoryview(bytearray(size)), 0
        while at < size:
            count = os.preadv(descriptor, [data[at:]], at)
            if count == 0:
                raise ProtocolError(f"found {at} bytes in the file {name}, expected {size}")
            at += count
        return data

    def lend(self, name: str, size: int) -> Optional[memoryview]:
        """
        The memory itself; None where it cannot be mapped. `returned` gives the name when nothing refers to it. Throws ProtocolError.
        """
        file = self._their_file(name, size)
        if file.mapping is None or len(file.mapping) < size:
            file.mapping = _map(file.descriptor, size)
        if file.mapping is None:
            return None
        # what refers to a part of a mapping refers to all of it, so each loan is an object of its own
        loan = (ctypes.c_char * size).from_buffer(file.mapping)
        returned = self._returned
        file.loan = weakref.ref(loan, lambda _: returned.append(name))
        file.is_lent = True
        return memoryview(loan).cast("B")

    def returned(self) -> Iterator[str]:
        """The files whose loans have ended since: they may be used again."""
        while self._returned:
            try:
                name = self._returned.popleft()
            except IndexError:
                return  # another thread was faster
            self._theirs[name].is_lent = False
            yield name

    def free(self, name: Any) -> None:
        """The other side has taken what was put into a file of this side."""
        with self._lock:
            file = self._own.get(name) if isinstance(name, str) else None
            if file is None or file.is_free:
                raise ProtocolError(f"found that {name!r} is free, expected a file that holds a part")
            if file.is_named:
                os.unlink(os.path.join(self._folder, name))
            file.is_named, file.is_free = False, True
            if sum(one.size for one in self._own.values() if one.is_free) > MAX_IDLE_MEMORY_BYTES:
                file.empty()

    def _free_file(self, size: int) -> Optional[str]:
        """Of those that hold nothing the smallest that need not grow, else the largest."""
        free = sorted((file.size, name) for name, file in self._own.items() if file.is_free)
        return next((name for held, name in free if held >= size), free[-1][1] if free else None)

    def _open(self) -> Optional[str]:
        name = f"p{len(self._own)}"
        if len(self._own) == MAX_MEMORY_FILES:
            return None
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
            self._own[name] = _OwnFile(os.open(os.path.join(self._folder, name), flags, 0o600))
            return name
        except OSError:
            return None

    def _their_file(self, name: str, size: int) -> _TheirFile:
        """The file of the other side that is said to hold so many bytes."""
        file = self._theirs.get(name) or self._open_theirs(name)
        if file.is_lent:
            raise ProtocolError(f"found a part in the file {name}, whose last part is not free")
        found = os.fstat(file.descriptor).st_size
        if found < size:
            raise ProtocolError(f"found {found} bytes in the file {name}, expected {size}")
        return file

    def _open_theirs(self, name: str) -> _TheirFile:
        if not re.fullmatch("h[0-9]{1,9}", name) or len(self._theirs) == MAX_MEMORY_FILES:
            raise ProtocolError(f"found a part in the file {name!r}")
        try:
            # also to write, since a plugin may change its inputs: the other side does not read them back
            file = _TheirFile(os.open(os.path.join(self._folder, name), os.O_RDWR | os.O_NOFOLLOW))
        except OSError as error:
            raise ProtocolError(f"cannot open the file {name}: {error}") from None
        self._theirs[name] = file
        return file


@dataclass
class _Transfer:
    """A message whose parts are not complete; `framed` are those whose bytes come in frames."""

    message: Dict[str, Any]
    parts: List[memoryview]
    framed: List[memoryview]
    left: int
    part: int = 0
    at: int = 0


# Methods whose parts in memory are lent to the call; what else comes may be kept, and is copied.
_LENDING = ("session.run",)

# A message with its parts.
_Received = Tuple[Dict[str, Any], List[memoryview]]


class FrameReader:
    """Reads messages from a stream of bytes. A breach of the protocol is a ProtocolError, after which it is of no more use."""

    def __init__(
        self,
        stream: Any,
        opened: Callable[[Dict[str, Any]], None],
        take: Optional[Callable[[str, int, bool], memoryview]] = None,
    ) -> None:
        self._stream = stream
        self._opened = opened
        self._take = take
        self._transfers: Dict[int, _Transfer] = {}
        self._open_bytes = 0

    def receive(self) -> Optional[_Received]:
        """The next complete message with its parts; None at the end of the line."""
        while True:
            header = self._stream.read(12)
            if len(header) == 0 and not self._transfers:
                return None
            if len(header) < 12:
                raise ProtocolError("found the end of the line within a message")
            kind, stream, length = _HEADER.unpack(header)
            if kind not in (_MESSAGE, _DATA) or header[1:4] != b"\0\0\0":
                raise ProtocolError(f"found a frame that begins with {header[:4].hex(' ')}")
            if not 1 <= length <= (MAX_MESSAGE_BYTES if kind == _MESSAGE else MAX_DATA_BYTES):
                raise ProtocolError(f"found {length} bytes of payload")
            complete = self._read_message(stream, length) if kind == _MESSAGE else self._read_data(stream, length)
            if complete is not None:
                return complete.message, complete.parts

    def _read_message(self, stream: int, length: int) -> Optional[_Transfer]:
        text = self._stream.read(length)
        if len(text) < length:
            raise ProtocolError("found the end of the line within a message")
        try:
            message = json.loads(str(text, "utf-8"))
        except (ValueError, RecursionError) as error:
            raise ProtocolError(f"found text that is not JSON: {error}") from None
        if not isinstance(message, dict):
            raise ProtocolError("found JSON that is no object")
        wires = _parts_of(message)
        total = sum(size for size in wires if isinstance(size, int))
        if total > 0:
            self._check_room(stream, total)
        is_lent = message.get("method") in _LENDING
        parts = [memoryview(bytearray(wire)) if isinstance(wire, int) else self._take_part(wire, is_lent) for wire in wires]
        transfer = _Transfer(message, parts, [part for part, wire in zip(parts, wires) if isinstance(wire, int)], total)
        self._opened(message)
        if total == 0:
            return transfer
        self._open_bytes += total
        self._transfers[stream] = transfer
        return None

    def _check_room(self, stream: int, total: int) -> None:
        if stream in self._transfers:
            raise ProtocolError(f"found stream {stream} twice")
        if len(self._transfers) >= MAX_OPEN_MESSAGES or self._open_bytes + total > MAX_OPEN_BYTES:
            raise ProtocolError("found more open messages or bytes than there may be")

    def _read_data(self, stream: int, length: int) -> Optional[_Transfer]:
        transfer = self._transfers.get(stream)
        if transfer is None or length > transfer.left:
            raise ProtocolError(f"found {length} bytes for stream {stream}, which does not wait for them")
        transfer.left -= length
        self._open_bytes -= length
        while length > 0:
            part = transfer.framed[transfer.part]
            taken = min(len(part) - transfer.at, length)
            self._fill(part[transfer.at : transfer.at + taken])
            transfer.at += taken
            length -= taken
            if transfer.at == len(part):
                transfer.part, transfer.at = transfer.part + 1, 0
        if transfer.left > 0:
            return None
        return self._transfers.pop(stream)

    def _take_part(self, part: Mapping[str, Any], is_lent: bool) -> memoryview:
        if self._take is None:
            raise ProtocolError("found a part in memory, expected parts in frames")
        return self._take(part["file"], part["size"], is_lent)

    def _fill(self, view: memoryview) -> None:
        at = 0
        while at < len(view):
            count = self._stream.readinto(view[at:])
            if not count:
                raise ProtocolError("found the end of the line within a message")
            at += count


def _parts_of(message: Mapping[str, Any]) -> List[Union[int, Dict[str, Any]]]:
    """Sizes of parts, or the files in memory that they are in: each named once."""
    parts, files = message.get("parts", []), set()
    if not isinstance(parts, list) or len(parts) > MAX_PARTS:
        raise ProtocolError(f"found no list of at most {MAX_PARTS} parts")
    for part in parts:
        size, most = (part.get("size"), MOST_MEMORY_BYTES) if isinstance(part, dict) else (part, MAX_PART_BYTES)
        if type(size) is not int or not 0 <= size <= most:
            raise ProtocolError(f"found a part of {size!r} bytes")
        if isinstance(part, dict):
            file = part.get("file")
            if not isinstance(file, str) or file in files:
                raise ProtocolError(f"found a part in the file {file!r}")
            files.add(file)
    return parts


_JSON = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


class _Sender:
    """Sends messages from any thread, a frame at a time, so that a short one need not wait for a long one."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._turn = threading.Lock()
        self._last_stream = 0
        self.memory: Optional[_Memory] = None

    def send(self, message: Dict[str, Any], parts: Sequence[memoryview] = ()) -> None:
        if parts:
            wires = [self._wire_part(part) for part in parts]
            message["parts"] = wires
            parts = [part for part, wire in zip(parts, wires) if isinstance(wire, int)]
        text = _JSON.encode({"jsonrpc": "2.0", **message}).encode()
        total = sum(len(part) for part in parts)
        with self._turn:
            self._last_stream = (self._last_stream + 1) % 2**32
            stream = self._last_stream
            head = [_HEADER.pack(_MESSAGE, stream, len(text)), text]
            if total <= JOINED_BYTES:
                body = [] if total == 0 else [_HEADER.pack(_DATA, stream, total), *parts]
                self._line.sendall(b"".join([*head, *body]))
                return
            self._line.sendall(b"".join(head))
        for part in parts:
            for at in range(0, len(part), DATA_FRAME_BYTES):
                piece = part[at : at + DATA_FRAME_BYTES]
                with self._turn:
                    self._send_both(_HEADER.pack(_DATA, stream, len(piece)), piece)

    def _send_both(self, head: bytes, piece: memoryview) -> None:
        sent = self._line.sendmsg([head, piece]) if hasattr(self._line, "sendmsg") else 0  # Windows has none
        if sent < len(head):
            self._line.sendall(head[sent:])
        if sent < len(head) + len(piece):
            self._line.sendall(piece[max(0, sent - len(head)) :])

    def _wire_part(self, part: memoryview) -> Union[int, Dict[str, Any]]:
        if self.memory is None or not LEAST_MEMORY_BYTES <= len(part) <= MOST_MEMORY_BYTES:
            return len(part)
        return self.memory.put(part) or len(part)


class Call:
    """What every call of a plugin gets besides its arguments."""

    def __init__(self, line: "_Line", identifier: int) -> None:
        self._line = line
        self.id = identifier
        self._error: Optional[HoduError] = None
        self._waiting: Optional["_Pending"] = None
        self._last_told = -math.inf

    @property
    def is_cancelled(self) -> bool:
        """Whether the caller has given up or its time is over: end the call soon."""
        return self._error is not None

    def check(self) -> None:
        """Throws what the call is to end with when it was cancelled. Long loops call this often."""
        if self._error is not None:
            raise self._error

    def log(self, level: str, message: str) -> None:
        """`level` is error, warn, info, debug or trace."""
        self._line.notify("log", {"call": self.id, "level": level, "message": str(message)[:MAX_LOG_CHARACTERS]})

    def progress(self, done: float, total: Optional[float], label: str) -> None:
        """Work done so far, of `total` (None: not known), in the unit that `label` names."""
        now = time.monotonic()
        if done != total and now - self._last_told < PROGRESS_INTERVAL:
            return
        self._last_told = now
        known = {} if total is None else {"total": _float_to_wire(total)}
        self._line.notify("progress", {"call": self.id, "done": _float_to_wire(done), **known, "label": label})

    def _cancel(self, error: HoduError) -> None:
        self._error = error
        waiting = self._waiting
        if waiting is not None:
            waiting.done.set()


class _Eager(io.RawIOBase):
    """
    What comes over a socket. While there is nothing else to do, the next bytes are looked for before this thread sleeps: to be woken takes
    longer than a short call.
    """

    def __init__(self, line: socket.socket, is_idle: Callable[[], bool]) -> None:
        super().__init__()
        self._line = line
        self._is_idle = is_idle
        self._misses = 0
        # whether all that was read since this was set was there when it was asked for
        self.was_there = True
        # on one processor the other side would wait for this one
        self._poll = select.poll() if getattr(select, "poll", None) and _processors() > 1 else None
        if self._poll is not None:
            self._poll.register(line, select.POLLIN)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._poll is not None:
            self.was_there = self.was_there and bool(self._poll.poll(0))
            if not self.was_there and self._is_idle():
                self._look(self._poll)
        return self._line.recv_into(buffer)

    def _look(self, poll: Any) -> None:
        is_seen, end = False, time.perf_counter() + AWAKE
        if self._misses < MOST_MISSES or self._misses % RETRY_EVERY == 0:
            while not is_seen and time.perf_counter() < end:
                is_seen = bool(poll.poll(0))
        self._misses = 0 if is_seen else self._misses + 1


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Alarm:
    """A timer of Linux, which wakes the thread that waits for it. To set it costs more than a short call: it is left to go off."""

    def __init__(self, libc: Any) -> None:
        """Throws AttributeError or OSError where there are none."""
        self._set = libc.timerfd_settime
        self._descriptor: int = libc.timerfd_create(time.CLOCK_MONOTONIC, os.O_CLOEXEC)
        if self._descriptor < 0:
            raise OSError("no timer")
        # an interval and a time, each in seconds and nanoseconds
        self._time = (ctypes.c_long * 4)(0, 0, *divmod(round(LONG_CALL * 1e9), 10**9))
        self._is_set = False

    def set(self) -> None:
        if not self._is_set:
            self._set(self._descriptor, 0, self._time, None)
        self._is_set = True

    def wait(self) -> None:
        os.read(self._descriptor, 8)
        self._is_set = False


def _alarm() -> Optional[_Alarm]:
    try:
        return _Alarm(ctypes.PyDLL(None))
    except (AttributeError, OSError, TypeError):
        return None


class _Pending:
    """A request to the host that is not answered."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.answer: Optional[Tuple[Dict[str, Any], List[memoryview]]] = None


class _Line:
    """
    JSON-RPC 2.0 both ways. Threads take turns at reading: the one that has read a request answers it, and the next one reads, so that a
    call waits for no other thread. There are as many as there are calls at once, up to a limit, and one that reads. A call that is alone
    keeps the turn for a while: if it is short, no other thread is woken.
    """

    def __init__(self, line: socket.socket, serve: Callable[[str, Call, Dict[str, Any], _Reader], Any]) -> None:
        self._sender = _Sender(line)
        self._input = _Eager(line, lambda: self._busy == 0)
        self._reader = FrameReader(io.BufferedReader(self._input, 256 * 1024), self._open, self._take)
        self._serve = serve
        self._turn = threading.Lock()
        self._alarm = _alarm()
        # the thread of the call that keeps the turn, and since when
        self._keeper: Optional[int] = None
        self._kept_since = 0.0
        self._overlaps = 0
        self._ended: "queue.SimpleQueue[Optional[BaseException]]" = queue.SimpleQueue()
        self._threads = 0
        self._busy = 0
        # requests that wait for a call to end
        self._waiting: Deque[_Received] = collections.deque()
        self._calls: Dict[int, Call] = {}
        self._pending: Dict[int, _Pending] = {}
        self._lock = threading.Lock()
        self._last_id = 0
        self._current = threading.local()

    def run(self) -> None:
        """Serves until the line ends. Throws ProtocolError."""
        self._start()
        if self._alarm is not None:
            threading.Thread(target=self._watch, args=(self._alarm,), daemon=True, name="hodu-watch").start()
        error = self._ended.get()
        if error is not None:
            raise error

    def _start(self) -> None:
        """Begins a thread. Those of a line do not keep the process from ending."""
        self._threads += 1
        threading.Thread(target=self._loop, daemon=True, name=f"hodu-call-{self._threads}").start()

    def _loop(self) -> None:
        try:
            while self._serve_one():
                pass
            self._ended.put(None)
        except BaseException as error:  # noqa: B902 - the thread that began the line ends it, whatever it ends with
            self._ended.put(error)

    def _serve_one(self) -> bool:
        """Reads a request and answers it, and those that wait by then; False at the end of the line. What it holds is free afterwards."""
        self._take_turn()  # kept when the line ends in any way: nobody is to read on
        self._input.was_there = True
        request = self._next_request()
        if request is None:
            return False
        self._pass_turn()
        while request is not None:
            self._answer(*request)
            with self._lock:
                request = self._waiting.popleft() if self._waiting else None
                self._busy -= request is None
        self._give_back()
        return True

    def _take_turn(self) -> None:
        """Waits until it is this thread's turn to read, unless it has kept the turn."""
        with self._lock:
            is_kept = self._keeper == threading.get_ident()
            if is_kept:
                self._keeper = None
        if not is_kept:
            self._turn.acquire()

    def _pass_turn(self) -> None:
        """Lets another thread read while this one answers: at once where calls overlap, else when the call is long or asks the host."""
        with self._lock:
            overlaps = self._input.was_there or len(self._calls) > 1
            self._overlaps = min(self._overlaps + 1, MOST_OVERLAPS) if overlaps else max(self._overlaps - 1, 0)
            is_alone = self._busy == 1 and not self._pending and self._overlaps < OVERLAPS
            if self._alarm is not None and is_alone:
                self._keeper, self._kept_since = threading.get_ident(), time.perf_counter()
                self._alarm.set()
                return
        self._turn.release()

    def _watch(self, alarm: _Alarm) -> None:
        """Passes the turn of calls that are long."""
        while True:
            alarm.wait()
            with self._lock:
                if self._keeper is None:
                    continue
                if time.perf_counter() - self._kept_since < LONG_CALL:
                    alarm.set()
                    continue
            self._let_read()

    def _let_read(self) -> None:
        with self._lock:
            is_kept, self._keeper = self._keeper is not None, None
        if is_kept:
            self._turn.release()

    def _next_request(self) -> Optional[_Received]:
        """The next request that is to be answered now, with another thread to read on; what comes before it is dealt with."""
        while True:
            request = self._receive_request()
            if request is None:
                return None
            with self._lock:
                if self._busy == MAX_CALLS:
                    self._waiting.append(request)
                    continue
                self._busy += 1
            if self._busy == self._threads:
                self._start()
            return request

    def _receive_request(self) -> Optional[_Received]:
        while True:
            received = self._reader.receive()
            if received is None or self._is_request(*received):
                return received
            del received  # its memory may be used again

    def _is_request(self, message: Dict[str, Any], parts: List[memoryview]) -> bool:
        """Whether a message is to be answered; others are dealt with. Throws ProtocolError."""
        if message.get("jsonrpc") != "2.0" or not isinstance(message.get("method", ""), str):
            raise ProtocolError("found a message that is not JSON-RPC 2.0")
        if "method" not in message:
            self._settle(message, parts)
        elif "id" in message:
            return True
        elif message["method"] == "cancel":
            self._cancel(message.get("params"))
        elif message["method"] == "memory.free" and self._sender.memory is not None:
            self._sender.memory.free(_member(message.get("params"), "file"))
        return False

    def use_memory(self, folder: Any) -> bool:
        """Sends large parts through files of a folder in memory from now on, where that can be."""
        memory = _Memory(folder) if isinstance(folder, str) and hasattr(os, "preadv") else None
        if memory is None or not memory.is_usable:
            return False
        self._sender.memory = memory
        return True

    def request(
        self, method: str, params: Dict[str, Any], parts: Sequence[memoryview] = ()
    ) -> Tuple[Dict[str, Any], _Reader]:
        """The result of a request to the host. Ends early, with the call's error, when the call of this thread is cancelled."""
        call: Optional[Call] = getattr(self._current, "call", None)
        pending = _Pending()
        if call is not None:
            call._waiting = pending
            call.check()
        with self._lock:
            self._last_id += 1
            identifier = self._last_id
            self._pending[identifier] = pending
        self._let_read()
        self._sender.send({"id": identifier, "method": method, "params": params}, parts)
        pending.done.wait()
        if call is not None:
            call._waiting = None
            call.check()
        assert pending.answer is not None
        message, received = pending.answer
        if "error" in message:
            raise _error_of(message["error"])
        return message["result"], _Reader(received)

    def notify(self, method: str, params: Dict[str, Any]) -> None:
        self._sender.send({"method": method, "params": params})

    def _open(self, message: Dict[str, Any]) -> None:
        """Registers a request before its parts are there, so that a cancel finds it."""
        if not isinstance(message.get("method"), str) or "id" not in message:
            return
        identifier = message["id"]
        if type(identifier) is not int or identifier < 1 or identifier in self._calls:
            raise ProtocolError(f"found a request with the id {identifier!r}")
        self._calls[identifier] = Call(self, identifier)

    def _take(self, name: str, size: int, is_lent: bool) -> memoryview:
        memory = self._sender.memory
        if memory is None:
            raise ProtocolError("found a part in memory, expected parts in frames")
        lent = memory.lend(name, size) if is_lent else None
        if lent is not None:
            return lent
        data = memory.take(name, size)
        self.notify("memory.free", {"file": name})
        return data

    def _give_back(self) -> None:
        """Tells the host of the files whose loans have ended."""
        for name in self._sender.memory.returned() if self._sender.memory is not None else ():
            self.notify("memory.free", {"file": name})

    def _cancel(self, params: Any) -> None:
        try:
            call, error = self._calls.get(params["id"]), HoduError._from_wire(params["error"])
        except (KeyError, TypeError):
            raise ProtocolError("found a cancel without a call or an error") from None
        if call is not None:
            call._cancel(error)

    def _settle(self, message: Dict[str, Any], parts: List[memoryview]) -> None:
        identifier = message.get("id")
        with self._lock:
            pending = self._pending.pop(identifier, None) if type(identifier) is int else None
        if pending is None or ("result" in message) == ("error" in message):
            raise ProtocolError(f"found an answer with the id {identifier!r}, expected that of an open request")
        pending.answer = (message, parts)
        pending.done.set()

    def _answer(self, message: Dict[str, Any], parts: List[memoryview]) -> None:
        identifier, method = message["id"], message["method"]
        call = self._calls.get(identifier) or Call(self, identifier)
        self._current.call = call
        out = _Writer()
        try:
            call.check()
            result = self._serve(method, call, _object(message.get("params", {})), _Reader(parts))
            answer = {"result": {} if result is None else result(out)}
            self._calls.pop(identifier, None)  # a request that answers to this one does not overlap it
            self._sender.send({"id": identifier, **answer}, out.parts)
        except BaseException as error:  # noqa: B902 - a call that fails is answered, whatever it fails with
            self._refuse(identifier, error)
            error.__traceback__ = None  # it refers to the inputs, and the call to the error
        finally:
            self._current.call = None
            self._calls.pop(identifier, None)
        if method == "shutdown":
            _flush()

    def _refuse(self, identifier: int, error: BaseException) -> None:
        try:
            self._sender.send({"id": identifier, "error": _error_to_wire(error)})
        except OSError:
            pass  # the host is gone: the reading thread sees that too


def _member(params: Any, name: str) -> Any:
    return params.get(name) if isinstance(params, dict) else None


def _object(params: Any) -> Dict[str, Any]:
    if isinstance(params, dict):
        return params
    raise _Malformed("params are no object")


class _Malformed(Exception):
    """Params that are not as the protocol has them."""


def _error_to_wire(error: BaseException) -> Dict[str, Any]:
    if isinstance(error, HoduError):
        return {"code": HODU_ERROR, "message": error.message, "data": error._to_wire()}
    if isinstance(error, _UnknownMethod):
        return {"code": METHOD_NOT_FOUND, "message": str(error)}
    if isinstance(error, _Malformed):
        return {"code": INVALID_PARAMS, "message": str(error)}
    traceback.print_exception(type(error), error, error.__traceback__, file=sys.stderr)
    return {"code": INTERNAL_ERROR, "message": f"{type(error).__name__}: {error}"}


def _error_of(wire: Mapping[str, Any]) -> Exception:
    if wire.get("code") == HODU_ERROR and "data" in wire:
        return HoduError._from_wire(wire["data"])
    return RuntimeError(str(wire.get("message")))


# Files


class Source(io.RawIOBase):
    """
    A file that the host has opened, never a path: a binary file to read and seek in, with `size`. Wrap it in io.BufferedReader for many
    small reads. It lives as long as the call that brought it, or as the session that was loaded with it.
    """

    def __init__(self, line: _Line, wire: Mapping[str, Any]) -> None:
        super().__init__()
        self._line = line
        self._number: int = wire["source"]
        self.name: str = wire["name"]
        self.size: int = wire["size"]
        self._at = 0

    def read_at(self, offset: int, length: int, once: bool = False) -> memoryview:
        """The bytes offset..offset+length. `once`: they are passed on and not read again. Throws BAD_MODEL beyond the end, IO."""
        if offset < 0 or length < 0 or offset + length > self.size:
            found = f"bytes {offset} to {offset + length} of {self.size}"
            raise HoduError("BAD_MODEL", f"Cannot read {self.name}: found {found}", where={"file": self.name})
        if length == 0:
            return memoryview(b"")
        params = {"source": self._number, "offset": offset, "length": length, **({"once": True} if once else {})}
        result, parts = self._line.request("source.read", params)
        return parts.part(result["bytes"])

    def chunks(self, offset: int, length: int) -> Iterator[memoryview]:
        """The same bytes in order, in pieces of at most 4 MiB, to copy any number of bytes in bounded memory."""
        for at in range(offset, offset + length, MAX_DATA_BYTES):
            yield self.read_at(at, min(MAX_DATA_BYTES, offset + length - at), once=True)

    def sibling(self, name: str) -> "Source":
        """The file that `name`, a relative path as it stands in this file, points to. Throws POLICY, MISSING_INPUT."""
        result, _ = self._line.request("source.sibling", {"source": self._number, "name": name})
        return Source(self._line, result["source"])

    def release(self) -> None:
        """Tells the host that this file is not needed any more."""
        self._line.notify("source.close", {"source": self._number})

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        count = max(0, min(len(view), self.size - self._at))
        view[:count] = self.read_at(self._at, count) if count > 0 else b""
        self._at += count
        return count

    def readall(self) -> bytes:
        """The bytes from the place of the file to its end."""
        start, self._at = self._at, max(self._at, self.size)
        return bytes(self.read_at(start, self._at - start))


class Sink(io.RawIOBase):
    """A file in the making, never a path: a binary file to write to. It appears only when the call has ended well."""

    def __init__(self, line: _Line, wire: Mapping[str, Any]) -> None:
        super().__init__()
        self._line = line
        self._number: int = wire["sink"]
        self.name: str = wire["name"]

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Appends bytes; they are the caller's again when it returns. Throws IO (a disk that is full, too)."""
        if len(data) == 0:
            return 0
        view = memoryview(data).cast("B")
        for at in range(0, len(view), MAX_DATA_BYTES):
            piece = view[at : at + MAX_DATA_BYTES]
            self._line.request("sink.write", {"sink": self._number, "bytes": 0}, [piece])
        return len(view)

    def sibling(self, name: str) -> "Sink":
        """Another file of the same result in the same folder, such as external weights. Throws POLICY."""
        result, _ = self._line.request("sink.sibling", {"sink": self._number, "name": name})
        return Sink(self._line, result["sink"])


# Events and services


class Service:
    """A service of another plugin: its methods are this object's."""

    def __init__(self, line: _Line, name: str) -> None:
        self._line = line
        self._name = name

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            out = _Writer()
            params = {"service": self._name, "method": method, "arguments": [out.service(data) for data in given]}
            result, parts = self._line.request("service.call", params, out.parts)
            return parts.service(result.get("value"))

        return call


class Context:
    """What a plugin has to do with the others, as long as it is loaded. `config` holds its settings as text."""

    def __init__(self, line: _Line, plugin: str, config: Mapping[str, str]) -> None:
        self._line = line
        self.plugin = plugin
        self.config = dict(config)
        self._listeners: Dict[int, Callable[[Dict[str, Any]], None]] = {}
        self._services: Dict[str, Tuple[Any, List[str]]] = {}
        self._last_subscription = 0

    def subscribe(self, name: str, listener: Callable[[Dict[str, Any]], None]) -> Callable[[], None]:
        """
        Has `listener` called with each event of that name: a variant, the eventType of Custom events, or "*". Gives what ends the
        subscription.
        """
        self._last_subscription += 1
        subscription = self._last_subscription
        self._listeners[subscription] = listener
        self._line.request("event.subscribe", {"subscription": subscription, "name": name})

        def end() -> None:
            if self._listeners.pop(subscription, None) is not None:
                self._line.request("event.unsubscribe", {"subscription": subscription})

        return end

    def publish(self, event: Mapping[str, Any]) -> None:
        """Returns when all listeners have had the event, such as {"type": "Custom", "eventType": "mine", "data": {}}."""
        self._line.request("event.publish", {"event": dict(event)})

    def register_service(self, name: str, implementation: Any, methods: Optional[Sequence[str]] = None) -> None:
        """Offers an object's methods to other plugins; default: those whose names do not begin with an underscore."""
        names = list(methods) if methods is not None else [n for n in dir(implementation) if not n.startswith("_")]
        self._services[name] = (implementation, names)
        self._line.request("service.register", {"service": name, "methods": names})

    def service(self, name: str) -> Service:
        """The service of that name; where there is none, its methods throw BAD_USAGE."""
        return Service(self._line, name)

    def log(self, level: str, message: str) -> None:
        self._line.notify("log", {"level": level, "message": str(message)[:MAX_LOG_CHARACTERS]})

    def _deliver(self, subscription: int, event: Dict[str, Any]) -> None:
        listener = self._listeners.get(subscription)
        if listener is not None:
            listener(event)

    def _call(self, service: str, method: str, given: Sequence[Any]) -> Any:
        implementation, methods = self._services.get(service, (None, []))
        if method not in methods:
            raise HoduError("BAD_USAGE", f"Cannot call {quote(method)} of service {quote(service)}: there is none")
        return getattr(implementation, method)(*given)


# Serving a plugin

_Answer = Callable[[_Writer], Dict[str, Any]]


@dataclass
class _Request:
    """A request of the host, with what reads its params."""

    call: Call
    params: Dict[str, Any]
    parts: _Reader


class Plugin:
    """
    A plugin: its components are added with the decorators, then `serve()` answers the host until the line ends. The id and the version
    are those of package.json; left out, they are read from the one beside this file.
    """

    def __init__(self, plugin_id: Optional[str] = None, version: Optional[str] = None) -> None:
        own = (plugin_id, version) if plugin_id and version else _own_package()
        self.id: str = plugin_id or own[0]
        self.version: str = version or own[1]
        self._components: Dict[Tuple[str, str], Any] = {}
        self._life: Dict[str, Callable[..., None]] = {}
        self._sessions: Dict[int, Any] = {}
        self._keeps: Dict[Tuple[int, str], Callable[[], Any]] = {}
        self._last_session = 0
        self._lock = threading.Lock()
        self._context: Optional[Context] = None
        self._line: Optional[_Line] = None

    def format(self, name: str) -> Callable[[Any], Any]:
        """
        Adds a format: a class or an object with any of
        load_model(source: Source, options: LoadModelOptions, call: Call) -> Snapshot, which throws BAD_MODEL;
        save_model(model: Model, sink: Sink, options: SaveModelOptions, call: Call) -> None, which throws UNSUPPORTED;
        load_tensors(source: Source, options: LoadTensorsOptions, call: Call) -> TensorFile, which throws BAD_TENSOR_FILE;
        save_tensors(file: TensorFile, sink: Sink, call: Call) -> None, which throws UNSUPPORTED.
        """
        return self._add("format", name)

    def backend(self, name: str) -> Callable[[Any], Any]:
        """
        Adds a backend: a class or an object with
        supports(node: Node, inputs: List[Optional[ValueType]]) -> True, or the reason as text;
        compile(model: Model, options: CompileOptions, call: Call) -> Artifact, or its bytes, which throws UNSUPPORTED;
        load(artifact: Artifact, weights: Optional[Source], options: SessionOptions, call: Call) -> a session, which has
        run(inputs: Dict[str, Value], options: RunOptions, call: Call) -> RunResult, or outputs by name, and dispose() -> None.
        What `run` keeps of its inputs stays as it is: their memory is used again only when nothing refers to it. That of a large one is a
        file of the host, which has 64: where many are kept for long, later ones come slower, so keep copies, bytes(tensor.data).
        It may also have available(device) -> True or what is missing, and identity(options) -> what artifacts depend on, or None.
        One that builds has supported_targets(), supported_formats(target) and build(model, target, format, sink, call).
        """
        return self._add("backend", name)

    def operator(self, name: str) -> Callable[[Any], Any]:
        """
        Adds operators of a domain: a class or an object with
        infer(node: Node, inputs: List[Optional[ValueType]]) -> the types of the outputs, which throws INVALID_GRAPH. It may also have
        lower(snapshot: Snapshot, call: Call) -> List[Patch]: standard nodes in the place of those of the domain;
        run(node: Node, inputs: List[Optional[Value]], call: Call) -> List[Value]: the reference, which throws KERNEL;
        samples() -> List[Tuple[Node, Dict[str, Value]]]: nodes to try, and their inputs by name.
        """
        return self._add("operator", name)

    def kernel(self, name: str) -> Callable[[Any], Any]:
        """
        Adds a hardware kernel: a class or an object with matches(node: Node, snapshot: Snapshot) -> True, or the reason as text, and
        parameters(node: Node, snapshot: Snapshot) -> Dict[str, float].
        """
        return self._add("kernel", name)

    def transform(self, name: str) -> Callable[[Any], Any]:
        """
        Adds a transform: a function (snapshot: Snapshot, config: Dict[str, Any], call: Call) -> List[Patch]. It is called again until it
        finds nothing more; the snapshot is not to be changed.
        """
        return self._add_function("transform", name)

    def hw_transform(self, name: str) -> Callable[[Any], Any]:
        """Adds a transform of hardware kernels: a function as that of `transform`."""
        return self._add_function("hw-transform", name)

    def kernel_backend(self, name: str) -> Callable[[Any], Any]:
        """
        Adds a way to make a kernel: a function (node: Node, parameters: Dict[str, float], call: Call) -> Dict[str, str]: texts by the names
        of their files.
        """
        return self._add_function("kernel-backend", name)

    def on_load(self, function: Callable[[Context], None]) -> Callable[[Context], None]:
        """Has `function` called with a Context before anything else. What it throws makes the load fail."""
        self._life["onLoad"] = function
        return function

    def on_unload(self, function: Callable[[Context], None]) -> Callable[[Context], None]:
        """Has `function` called with the Context before the end."""
        self._life["onUnload"] = function
        return function

    def on_event(self, function: Callable[[Dict[str, Any], Context], None]) -> Callable[[Dict[str, Any], Context], None]:
        """Has `function` called with each event and the Context."""
        self._life["onEvent"] = function
        return function

    def serve(self) -> None:
        """Speaks with the host until the line ends, which ends the process."""
        if not os.environ.get("HODU_PLUGIN_LINE", "").isdigit():
            sys.exit(f"{self.id} is a plugin of Hodu: hodu starts it (docs/plugins-in-python.md)")
        _die_with_parent()
        descriptor = int(os.environ["HODU_PLUGIN_LINE"])
        os.set_inheritable(descriptor, False)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(line_buffering=True)
        code = self._serve_over(socket.socket(fileno=descriptor))
        _flush()
        os._exit(code)

    def _serve_over(self, line: socket.socket) -> int:
        line.setblocking(True)
        self._line = _Line(line, self._answer)
        try:
            line.sendall(f"hodu-plugin {PROTOCOL_VERSION} hodu-plugin-python/{__version__}\n".encode())
            self._line.run()
            return 0
        except ProtocolError as error:
            print(f"hodu: {error}", file=sys.stderr)
            return 1
        except MemoryError:
            print("hodu: found a message that does not fit into memory", file=sys.stderr)
            return 1
        except OSError:
            return 0  # the host is gone

    def _add(self, kind: str, name: str) -> Callable[[Any], Any]:
        def add(component: Any) -> Any:
            self._register(kind, name, component() if isinstance(component, type) else component)
            return component

        return add

    def _add_function(self, kind: str, name: str) -> Callable[[Any], Any]:
        def add(function: Any) -> Any:
            self._register(kind, name, function)
            return function

        return add

    def _register(self, kind: str, name: str, component: Any) -> None:
        if (kind, name) in self._components:
            raise ValueError(f"{kind} {name!r} is there already")
        self._components[kind, name] = component

    def _answer(self, method: str, call: Call, params: Dict[str, Any], parts: _Reader) -> Optional[_Answer]:
        serve = METHODS.get(method)
        if serve is None:
            raise _UnknownMethod(f"no method {method!r}")
        return serve(self, _Request(call, params, parts))

    def _component(self, kind: str, request: _Request, member: str) -> Any:
        name = _read(request, lambda params, _: params[member])
        component = self._components.get((kind, name)) if isinstance(name, str) else None
        if component is None:
            raise _missing(kind, name, kind)
        return component

    def _method(self, kind: str, request: _Request, member: str, method: str) -> Callable[..., Any]:
        found = getattr(self._component(kind, request, member), method, None)
        if found is not None:
            return found  # type: ignore[no-any-return]
        if method in _OPTIONAL:
            raise _UnknownMethod(f"no {method} of {kind} {request.params[member]!r}")
        raise _missing(kind, request.params[member], method)

    def _source(self, wire: Mapping[str, Any]) -> Source:
        assert self._line is not None
        return Source(self._line, wire)

    def _sink(self, wire: Mapping[str, Any]) -> Sink:
        assert self._line is not None
        return Sink(self._line, wire)

    def _model(self, request: _Request) -> Model:
        def read(params: Dict[str, Any], parts: _Reader) -> Model:
            source = self._source(params["source"]) if "source" in params else None
            return Model(parts.snapshot(params["snapshot"]), source)

        return _read(request, read)

    def _loaded(self, what: str) -> Context:
        if self._context is None:
            raise HoduError("BAD_USAGE", f"Cannot {what}: the plugin is not loaded")
        return self._context


def _own_package() -> Tuple[str, str]:
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "package.json")
    try:
        with open(path, encoding="utf-8") as file:
            package = json.load(file)
        return package["name"], package["version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"cannot tell the plugin's id and version from {path}: write Plugin(id, version)") from error


# Methods of components that the host does without.
_OPTIONAL = ("available", "identity", "lower", "run", "samples")


def _missing(kind: str, name: Any, what: str) -> HoduError:
    return HoduError(
        "PLUGIN_PROTOCOL",
        f"Cannot call {kind} {quote(name)}: found no such {what} in the plugin, expected one that its manifest names",
    )


def _read(request: _Request, read: Callable[[Dict[str, Any], _Reader], Any]) -> Any:
    """Reads params; what is wrong with them is the host's defect, not the plugin's."""
    try:
        return read(request.params, request.parts)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError) as error:
        raise _Malformed(f"{type(error).__name__}: {error}") from error


def _die_with_parent() -> None:
    """On Linux, ends this process with its parent even while it is busy in native code; elsewhere the end of the line does it later."""
    parent = os.getppid()
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (AttributeError, OSError, TypeError):
        return
    if os.getppid() != parent:
        os._exit(0)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass


def _pairs(options: Mapping[str, Any], name: str) -> Dict[str, Any]:
    """Options with the pairs of a member as a dict."""
    return {**options, name: dict(options[name])} if name in options else dict(options)


def _snake(options: Mapping[str, Any]) -> Dict[str, Any]:
    """Options under the names that Python has for them: max_memory for maxMemory."""
    return {re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name): value for name, value in options.items()}


def _initialize(plugin: Plugin, request: _Request) -> _Answer:
    assert plugin._line is not None
    memory = {"memory": True} if plugin._line.use_memory(request.params.get("memory")) else {}
    components = [{"kind": kind, "name": name} for kind, name in plugin._components]
    life = list(plugin._life)
    return lambda out: {"components": components, "id": plugin.id, "version": plugin.version, "life": life, **memory}


def _load_model(plugin: Plugin, request: _Request) -> _Answer:
    load = plugin._method("format", request, "format", "load_model")
    source, options = _read(request, lambda p, _: (plugin._source(p["source"]), _snake(p.get("options", {}))))
    snapshot = load(source, options, request.call)
    return lambda out: {"snapshot": out.snapshot(snapshot)}


def _load_tensors(plugin: Plugin, request: _Request) -> _Answer:
    load = plugin._method("format", request, "format", "load_tensors")
    source, options = _read(request, lambda p, _: (plugin._source(p["source"]), _pairs(p["options"], "dtypes")))
    found = load(source, options, request.call)
    file = found if isinstance(found, TensorFile) else TensorFile(found)
    return lambda out: {"values": out.values(file.values), "metadata": [list(pair) for pair in file.metadata]}


def _save_model(plugin: Plugin, request: _Request) -> None:
    save = plugin._method("format", request, "format", "save_model")
    sink, options = _read(request, lambda p, _: (plugin._sink(p["sink"]), _snake(p["options"])))
    save(plugin._model(request), sink, options, request.call)


def _save_tensors(plugin: Plugin, request: _Request) -> None:
    save = plugin._method("format", request, "format", "save_tensors")

    def read(params: Dict[str, Any], parts: _Reader) -> Tuple[TensorFile, Sink]:
        metadata = [(key, value) for key, value in params["metadata"]]
        return TensorFile(parts.values(params["values"]), metadata), plugin._sink(params["sink"])

    file, sink = _read(request, read)
    save(file, sink, request.call)


def _reason(answer: Any) -> _Answer:
    """True, or why not."""
    return lambda out: {} if answer is True else {"reason": str(answer)}


def _supports(plugin: Plugin, request: _Request) -> _Answer:
    supports = plugin._method("backend", request, "backend", "supports")
    node, inputs = _read(request, lambda p, parts: (parts.node(p["node"]), list(p["inputs"])))
    return _reason(supports(node, inputs))


def _available(plugin: Plugin, request: _Request) -> _Answer:
    available = plugin._method("backend", request, "backend", "available")
    return _reason(available(_read(request, lambda p, _: p["device"])))


def _identity(plugin: Plugin, request: _Request) -> _Answer:
    identity = plugin._method("backend", request, "backend", "identity")
    found = identity(_read(request, lambda p, _: _snake(p["options"])))
    return lambda out: {} if found is None else {"identity": found}


def _compile(plugin: Plugin, request: _Request) -> _Answer:
    compile_model = plugin._method("backend", request, "backend", "compile")
    options = _read(request, lambda p, _: _snake(p["options"]))
    made = compile_model(plugin._model(request), options, request.call)
    artifact = made if isinstance(made, Artifact) else Artifact(made)
    report = {} if artifact.report is None else {"report": artifact.report}
    head = {
        "backend": artifact.backend or plugin.id,
        "version": artifact.version or plugin.version,
        "device": artifact.device or options["device"],
        "precision": artifact.precision or options["precision"],
    }
    return lambda out: {"artifact": {**head, "bytes": out.part(artifact.bytes), **report}}


def _load(plugin: Plugin, request: _Request) -> _Answer:
    load = plugin._method("backend", request, "backend", "load")

    def read(params: Dict[str, Any], parts: _Reader) -> Tuple[Artifact, Optional[Source], Dict[str, Any]]:
        wire = params["artifact"]
        head = (wire["backend"], wire["version"], wire["device"], wire["precision"], wire.get("report"))
        weights = plugin._source(params["weights"]) if "weights" in params else None
        options = _snake(params["options"])
        options["max_memory"] = _float(options["max_memory"])
        if "keep" in params:
            options["keep"] = _keeper(plugin, params["keep"])
        return Artifact(parts.part(wire["bytes"]), *head), weights, options

    artifact, weights, options = _read(request, read)
    session = load(artifact, weights, options, request.call)
    with plugin._lock:
        plugin._last_session += 1
        number = plugin._last_session
        plugin._sessions[number] = session
    return lambda out: {"session": number}


def _keeper(plugin: Plugin, keep: int) -> Callable[[str, Callable[[], Any]], Any]:
    """Gives the bytes that the host keeps under a key, else those that `make` gives, which it keeps from then on."""

    def get(key: str, make: Callable[[], Any]) -> Any:
        made: List[Any] = []

        def remember() -> Any:
            made.append(make())
            return made[0]

        assert plugin._line is not None
        plugin._keeps[keep, key] = remember
        try:
            result, parts = plugin._line.request("keep.get", {"keep": keep, "key": key})
        finally:
            plugin._keeps.pop((keep, key), None)
        return parts.part(result["bytes"]) if "bytes" in result else made[0]

    return get


def _make_kept(plugin: Plugin, request: _Request) -> _Answer:
    make = plugin._keeps.get(_read(request, lambda p, _: (int(p["keep"]), str(p["key"]))))
    if make is None:
        raise HoduError("BAD_USAGE", "Cannot make what the host is to keep: nobody asked for it")
    made = make()
    return lambda out: {"bytes": out.part(made)}


def _supported_targets(plugin: Plugin, request: _Request) -> _Answer:
    targets = plugin._method("backend", request, "backend", "supported_targets")()
    return lambda out: {"targets": list(targets)}


def _supported_formats(plugin: Plugin, request: _Request) -> _Answer:
    formats = plugin._method("backend", request, "backend", "supported_formats")
    found = formats(_read(request, lambda p, _: p["target"]))
    return lambda out: {"formats": list(found)}


def _build(plugin: Plugin, request: _Request) -> None:
    build = plugin._method("backend", request, "backend", "build")
    target, file_format, sink = _read(request, lambda p, _: (p["target"], p["format"], plugin._sink(p["sink"])))
    build(plugin._model(request), target, file_format, sink, request.call)


def _run(plugin: Plugin, request: _Request) -> _Answer:
    def read(params: Dict[str, Any], parts: _Reader) -> Tuple[int, Dict[str, Value], Dict[str, Any]]:
        options = _snake(params["options"])
        if "seed" in options:
            options["seed"] = _float(options["seed"])
        return params["session"], parts.values(params["inputs"]), options

    number, inputs, options = _read(request, read)
    session = plugin._sessions.get(number)
    if session is None:
        raise HoduError("BAD_USAGE", f"Cannot run session {number}: it is not open")
    found = session.run(inputs, options, request.call)
    result = found if isinstance(found, RunResult) else RunResult(found)
    is_timed = options.get("profile") and result.nodes is not None
    times = {"nodes": [_plain(node) for node in result.nodes or []]} if is_timed else {}
    return lambda out: {"outputs": out.values(result.outputs), "peakBytes": int(result.peak_bytes), **times}


def _dispose(plugin: Plugin, request: _Request) -> None:
    session = plugin._sessions.pop(_read(request, lambda p, _: int(p["session"])), None)
    if hasattr(session, "dispose"):
        session.dispose()


def _apply(kind: str) -> Callable[[Plugin, _Request], _Answer]:
    def apply(plugin: Plugin, request: _Request) -> _Answer:
        transform = plugin._component(kind, request, "transform")
        snapshot, config = _read(request, lambda p, parts: (parts.snapshot(p["snapshot"]), dict(p["config"])))
        patches = transform(snapshot, config, request.call)
        return lambda out: {"patches": [out.patch(patch) for patch in patches]}

    return apply


def _infer(plugin: Plugin, request: _Request) -> _Answer:
    infer = plugin._method("operator", request, "operator", "infer")
    node, inputs = _read(request, lambda p, parts: (parts.node(p["node"]), list(p["inputs"])))
    outputs = infer(node, inputs)
    return lambda out: {"outputs": list(outputs)}


def _lower(plugin: Plugin, request: _Request) -> _Answer:
    lower = plugin._method("operator", request, "operator", "lower")
    patches = lower(_read(request, lambda p, parts: parts.snapshot(p["snapshot"])), request.call)
    return lambda out: {"patches": [out.patch(patch) for patch in patches]}


def _run_operator(plugin: Plugin, request: _Request) -> _Answer:
    run = plugin._method("operator", request, "operator", "run")

    def read(params: Dict[str, Any], parts: _Reader) -> Tuple[Node, List[Optional[Value]]]:
        return parts.node(params["node"]), [None if one is None else parts.value(one) for one in params["inputs"]]

    outputs = run(*_read(request, read), request.call)
    return lambda out: {"outputs": [out.value(value) for value in outputs]}


def _samples(plugin: Plugin, request: _Request) -> _Answer:
    samples = plugin._method("operator", request, "operator", "samples")()
    return lambda out: {
        "samples": [{"node": out.node(node), "inputs": out.values(inputs)} for node, inputs in samples]
    }


def _kernel_call(request: _Request) -> Tuple[Node, Snapshot]:
    return _read(request, lambda p, parts: (parts.node(p["node"]), parts.snapshot(p["snapshot"])))  # type: ignore[no-any-return]


def _matches(plugin: Plugin, request: _Request) -> _Answer:
    return _reason(plugin._method("kernel", request, "kernel", "matches")(*_kernel_call(request)))


def _parameters(plugin: Plugin, request: _Request) -> _Answer:
    found = plugin._method("kernel", request, "kernel", "parameters")(*_kernel_call(request))
    return lambda out: {"parameters": [[name, _float_to_wire(value)] for name, value in dict(found).items()]}


def _generate(plugin: Plugin, request: _Request) -> _Answer:
    generate = plugin._component("kernel-backend", request, "kernelBackend")

    def read(params: Dict[str, Any], parts: _Reader) -> Tuple[Node, Dict[str, float]]:
        return parts.node(params["node"]), {name: _float(value) for name, value in params["parameters"]}

    files = generate(*_read(request, read), request.call)
    return lambda out: {"files": [[name, text] for name, text in dict(files).items()]}


def _plugin_load(plugin: Plugin, request: _Request) -> None:
    assert plugin._line is not None
    identifier, config = _read(request, lambda p, _: (p["plugin"], dict(p["config"])))
    plugin._context = Context(plugin._line, identifier, config)
    try:
        plugin._life.get("onLoad", lambda _: None)(plugin._context)
    except BaseException:
        plugin._context = None
        raise


def _plugin_unload(plugin: Plugin, _: _Request) -> None:
    try:
        plugin._life.get("onUnload", lambda _: None)(plugin._loaded("unload the plugin"))
    finally:
        plugin._context = None


def _event(plugin: Plugin, request: _Request) -> None:
    event, subscription = _read(request, lambda p, _: (p["event"], p.get("subscription")))
    context = plugin._loaded("deliver an event")
    if subscription is not None:
        context._deliver(subscription, event)
    elif "onEvent" in plugin._life:
        plugin._life["onEvent"](event, context)


def _service_call(plugin: Plugin, request: _Request) -> _Answer:
    service, method, given = _read(
        request, lambda p, parts: (p["service"], p["method"], [parts.service(data) for data in p["arguments"]])
    )
    value = plugin._loaded(f"call service {quote(service)}")._call(service, method, given)
    return lambda out: {"value": out.service(value)}


def _shutdown(plugin: Plugin, _: _Request) -> None:
    while plugin._sessions:
        session = plugin._sessions.popitem()[1]
        if hasattr(session, "dispose"):
            session.dispose()


# What answers each request of the host.
METHODS: Dict[str, Callable[[Plugin, _Request], Optional[_Answer]]] = {
    "initialize": _initialize,
    "format.loadModel": _load_model,
    "format.loadTensors": _load_tensors,
    "format.saveModel": _save_model,
    "format.saveTensors": _save_tensors,
    "backend.supports": _supports,
    "backend.available": _available,
    "backend.identity": _identity,
    "backend.compile": _compile,
    "backend.load": _load,
    "backend.supportedTargets": _supported_targets,
    "backend.supportedFormats": _supported_formats,
    "backend.build": _build,
    "keep.make": _make_kept,
    "session.run": _run,
    "session.dispose": _dispose,
    "transform.apply": _apply("transform"),
    "hwTransform.apply": _apply("hw-transform"),
    "operator.infer": _infer,
    "operator.lower": _lower,
    "operator.run": _run_operator,
    "operator.samples": _samples,
    "kernel.matches": _matches,
    "kernel.parameters": _parameters,
    "kernelBackend.generate": _generate,
    "plugin.load": _plugin_load,
    "plugin.unload": _plugin_unload,
    "event": _event,
    "service.call": _service_call,
    "shutdown": _shutdown,
}
