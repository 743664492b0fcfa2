"""A backend that does nothing: what is left of a call is its way there and back."""

import os
import sys

sys.path.insert(0, os.environ["HODU_PYTHON_CLIENT"])

from hodu_plugin import Plugin

plugin = Plugin("hodu-bench-echo", "1.0.0")


@plugin.backend("echo")
class Echo:
    def supports(self, node, inputs):
        return True

    def compile(self, model, options, call):
        return b""

    def load(self, artifact, weights, options, call):
        return Session()


class Session:
    """Gives those of its inputs, or of the inputs before, that are asked for."""

    def __init__(self):
        self.last = {}

    def run(self, inputs, options, call):
        if inputs:
            self.last = inputs
        return {name: self.last[name] for name in options["outputs"]}


plugin.serve()
