"""A backend that runs models of a few operators with numpy: small enough to be read, whole enough to pass the suite of backends."""

import time

import numpy

from hodu_plugin import HoduError, Model, NodeTime, RunResult, Tensor, pack_snapshot, read_weight, unpack_snapshot


def on_arrays(compute):
    """An operator on numpy arrays that gives one."""
    return lambda node, inputs: [Tensor.from_numpy(compute(node, *(tensor.numpy() for tensor in inputs)))]


# What each operator gives for its inputs.
OPERATORS = {
    "Identity": lambda node, inputs: inputs,
    "Add": on_arrays(lambda node, x, y: numpy.add(x, y)),
    "MatMul": on_arrays(lambda node, x, y: numpy.matmul(x, y)),
    "Relu": on_arrays(lambda node, x: numpy.maximum(x, numpy.zeros((), x.dtype))),
    "Transpose": on_arrays(lambda node, x: numpy.transpose(x, node.attribute("perm"))),
}


class NumpyBackend:
    """Compiling is a check: the artifact is the model, and a session runs its nodes one after the other."""

    def supports(self, node, inputs):
        if node.domain == "" and node.op in OPERATORS:
            return True
        return f"it runs {', '.join(OPERATORS)} only"

    def compile(self, model, options, call):
        if options["device"] != "cpu" or options["precision"] != "native":
            found = f"{options['device']} in {options['precision']}"
            raise HoduError("UNSUPPORTED", f"Cannot compile the model: found {found}, expected cpu in native precision")
        for node in model.snapshot.graph.nodes:
            answer = self.supports(node, [])
            if answer is not True:
                where = {"node": node.name, "operator": node.op}
                raise HoduError("UNSUPPORTED", f"Cannot compile {node.op} {node.name!r}: {answer}", where=where)
        return pack_snapshot(model.snapshot)

    def load(self, artifact, weights, options, call):
        return NumpySession(Model(unpack_snapshot(artifact.bytes), weights), options["max_memory"])


class NumpySession:
    """A model with its weights in memory."""

    def __init__(self, model, max_memory):
        self.graph = model.snapshot.graph
        self.max_memory = max_memory
        self.weights = {weight.name: own_tensor(model, weight) for weight in self.graph.weights}

    def run(self, inputs, options, call):
        values = {**self.weights, **bind(self.graph, inputs, self.weights)}
        wanted = options.get("outputs", [output.name for output in self.graph.outputs])
        known = {output.name for output in self.graph.outputs}
        for name in wanted:
            if name not in known:
                raise HoduError("BAD_INPUT", f"Cannot give output {name!r}: the model has {', '.join(sorted(known))}")
        times, taken = [], 0
        for node in self.graph.nodes:
            call.check()
            start = time.perf_counter()
            outputs = OPERATORS[node.op](node, [values[name] for name in node.inputs])
            taken += sum(len(tensor.data) for tensor in outputs)
            if taken > self.max_memory:
                raise HoduError("MEMORY_LIMIT", f"Cannot run the model: its values need {taken} bytes and more, of {self.max_memory:.0f}")
            values.update(zip(node.outputs, outputs))
            times.append(NodeTime(node.name, node.op, (time.perf_counter() - start) * 1000, origin=node.origin))
        results = {name: values[name] for name in wanted}
        return RunResult(results, times if options.get("profile") else None, taken)


def own_tensor(model, weight):
    """A weight whose bytes stay when the artifact and the file are gone."""
    data = read_weight(model.snapshot.stores[weight.store], weight, model.source)
    return Tensor(weight.dtype, tuple(weight.shape), bytes(data))


def bind(graph, given, weights):
    """The inputs by name, those with a default left out where they are not given. Throws BAD_INPUT, MISSING_INPUT."""
    wanted = {value.name: value for value in graph.inputs}
    bound, symbols = {}, {}
    for name in given:
        if name not in wanted:
            raise HoduError("BAD_INPUT", f"Cannot use input {name!r}: the model has {', '.join(wanted) or 'none'}")
    for name, value in wanted.items():
        if name in given:
            check_type(name, given[name], value.type, symbols)
            bound[name] = given[name]
        elif value.default is not None:
            bound[name] = weights[value.default]
        else:
            raise HoduError("MISSING_INPUT", f"Cannot run the model: input {name!r} is missing")
    return bound


def check_type(name, tensor, wanted, symbols):
    """Refuses (BAD_INPUT) another dtype or shape than the model declares; `symbols` keeps the sizes of names."""
    if wanted is None:
        return
    if not isinstance(tensor, Tensor) or tensor.dtype != wanted["dtype"]:
        raise HoduError("BAD_INPUT", f"Cannot use input {name!r}: found {getattr(tensor, 'dtype', 'no tensor')}, expected {wanted['dtype']}")
    shape = wanted.get("shape")
    if shape is None:
        return
    if len(shape) != len(tensor.shape) or not all(fits(size, dim, symbols) for size, dim in zip(tensor.shape, shape)):
        raise HoduError("BAD_INPUT", f"Cannot use input {name!r}: its shape {list(tensor.shape)} does not fit the model")


def fits(size, dim, symbols):
    """Whether a size is that of a dim: a number, or a symbol that is the same everywhere; sums of symbols are not held to anything."""
    if isinstance(dim, int):
        return size == dim
    if dim["constant"] != 0 or len(dim["terms"]) != 1 or dim["terms"][0][1] != 1:
        return True
    return symbols.setdefault(dim["terms"][0][0], size) == size
