"""IDX: two zero bytes, the type, the number of dims, the dims (u32, big-endian), the elements (big-endian). yann.lecun.com/exdb/mnist."""

import math
import struct

import numpy

from hodu_plugin import HoduError, Tensor, TensorFile, quote

# The element types by their code.
TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
CODES = {"u8": 0x08, "i8": 0x09, "i16": 0x0B, "i32": 0x0C, "f32": 0x0D, "f64": 0x0E}

# Elements of one write, which are turned into big-endian at once.
PIECE = 1 << 18


class Idx:
    """Reads and writes one unnamed tensor."""

    def load_tensors(self, source, options, call):
        code, shape = read_header(source)
        start, dtype = 4 + 4 * len(shape), numpy.dtype(TYPES[code])
        size = start + math.prod(shape) * dtype.itemsize
        if source.size != size:
            raise refusal(source, f"{source.size} bytes", f"the {size} of its shape {shape}")
        elements = numpy.empty(math.prod(shape), dtype=dtype.newbyteorder("<"))
        at = 0
        for chunk in source.chunks(start, size - start):
            piece = numpy.frombuffer(chunk, dtype=dtype)
            elements[at : at + len(piece)] = piece
            at += len(piece)
            call.progress(at, len(elements), "elements")
        return TensorFile({"": Tensor.from_numpy(elements.reshape(shape))})

    def save_tensors(self, file, sink, call):
        values = list(file.values.items())
        tensor = values[0][1] if len(values) == 1 and values[0][0] == "" else None
        if not isinstance(tensor, Tensor) or tensor.dtype not in CODES or not 1 <= len(tensor.shape) <= 255:
            raise HoduError(
                "UNSUPPORTED",
                f"Cannot write {sink.name}: found {describe(values)}, expected one unnamed tensor of {', '.join(CODES)}",
            )
        if max(tensor.shape) >= 2**32:
            raise HoduError("UNSUPPORTED", f"Cannot write {sink.name}: found a dim of {max(tensor.shape)}, expected u32")
        sink.write(struct.pack(f">BBBB{len(tensor.shape)}I", 0, 0, CODES[tensor.dtype], len(tensor.shape), *tensor.shape))
        elements = tensor.numpy().reshape(-1)
        for at in range(0, len(elements), PIECE):
            sink.write(elements[at : at + PIECE].astype(TYPES[CODES[tensor.dtype]]).tobytes())


def read_header(source):
    """The type and the shape, as far as the file can hold them."""
    head = bytes(source.read_at(0, min(4, source.size)))
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in TYPES:
        raise refusal(source, f"the bytes {head.hex(' ') or '(none)'}", "00 00 and a type of elements")
    dims = head[3]
    if dims == 0 or source.size < 4 + 4 * dims:
        raise refusal(source, f"{dims} dims in {source.size} bytes", "at least one, and the size of each")
    return head[2], struct.unpack(f">{dims}I", source.read_at(4, 4 * dims))


def refusal(source, found, expected):
    message = f"Cannot read {source.name}: found {found}, expected {expected}"
    return HoduError("BAD_TENSOR_FILE", message, where={"file": source.name})


def describe(values):
    if len(values) != 1:
        return f"{len(values)} values"
    name, value = values[0]
    return f"{quote(name)}, a {type(value).__name__} of {getattr(value, 'dtype', 'values')}"
