"""A backend that runs models of a few operators with numpy: small enough to be read, whole enough to pass the suite of backends."""

import time

import numpy

from hodu_plugin import HoduError, NodeTime, RunResult, Tensor, bind_inputs, decode_snapshot, encode_snapshot, load_weights, quote, wanted_outputs


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
                raise HoduError("UNSUPPORTED", f"Cannot compile {node.op} {quote(node.name)}: {answer}", where=where)
        return encode_snapshot(model.snapshot)

    def load(self, artifact, weights, options, call):
        snapshot = decode_snapshot(artifact.bytes)
        tensors = load_weights(snapshot, weights, options["max_memory"], call)
        return NumpySession(snapshot.graph, tensors, options["max_memory"])


class NumpySession:
    """A model with its weights in memory."""

    def __init__(self, graph, weights, max_memory):
        self.graph = graph
        self.weights = weights
        self.max_memory = max_memory

    def run(self, inputs, options, call):
        values = bind_inputs(self.graph, inputs, self.weights)
        wanted = wanted_outputs(self.graph, options)
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
        return RunResult({name: values[name] for name in wanted}, times, taken)
