import { quote } from "@hodu/core";
import { openModel } from "@hodu/engine";
import type { BackendPlugin, ByteSource, CallContext, CompileOptions, SessionOptions } from "hodu-plugin-sdk";
import { inputShapes } from "../run/input-shapes.ts";
import type { Engine } from "./engine.ts";

/** A backend, and how models are compiled and run on it. */
export interface BackendEngineOptions {
  readonly name: string;
  readonly backend: BackendPlugin;
  /** The file that the weights of the models are in. */
  readonly source: ByteSource | undefined;
  readonly compile: CompileOptions;
  readonly session: SessionOptions;
  readonly context: CallContext;
}

/** A backend that compiles a model for its inputs and runs it, keeping nothing. */
export function backendEngine(options: BackendEngineOptions): Engine {
  const { name, backend, source, session, context } = options;
  return {
    name,
    async run(snapshot, inputs) {
      const compile = { ...options.compile, shapes: inputShapes(inputs) };
      const open = await openModel({ snapshot, source }, { backend, compile, session, context }, () => {});
      try {
        const { outputs } = await open.session.run(inputs, { seed: 0 }, context);
        return new Map(outputs.map((output) => [output.name, output.value]));
      } finally {
        await open.session.dispose();
      }
    },
    async kernelsOf(snapshot, inputs, node) {
      const compile = { ...options.compile, shapes: inputShapes(inputs), dump: ["kernels"] as const };
      const { report } = await backend.compile({ snapshot, source }, compile, context);
      const kernels = (report?.dumps ?? []).flatMap(({ text }) => text.split(/\n(?=# )/));
      // A kernel begins with the names of the nodes that it stands for.
      const found = kernels.filter((text) => text.split("\n")[0].includes(quote(node)));
      return found.length === 0 ? undefined : found.join("\n");
    },
  };
}
