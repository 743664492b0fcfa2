import { GraphBuilder, type Snapshot, symbolDim, tensorType } from "@hodu/core";
import { formatsPlugin } from "@hodu/engine";
import { bytesSink } from "hodu-plugin-sdk";
import type { ComponentKind } from "hodu-plugin-sdk";
import { domainOf } from "./plugin-kinds.ts";

/** What a model to try a plugin with is given: y = f(x), x of f32[n, 3]. */
export const SAMPLE_INPUT = "[[1, -2, 3], [0, 5, -6]]\n";

/** The operators of the sample model of a kind; the others are tried on other files. */
const SAMPLES: Partial<Readonly<Record<ComponentKind, readonly string[]>>> = {
  backend: ["Add", "Relu"],
  transform: ["Relu", "Relu"],
  operator: ["Twice"],
  extension: ["Relu"],
};

/** The bytes of a small .hdss that the plugin has to do with; undefined for a kind that takes part in no run. */
export async function sampleModel(kind: ComponentKind, name: string): Promise<Uint8Array | undefined> {
  const ops = SAMPLES[kind];
  if (ops === undefined) return undefined;
  const sink = bytesSink("model.hdss");
  const context = { signal: new AbortController().signal, log() {}, progress() {} };
  const snapshot = kind === "operator" ? withDomain(chain(["Identity"]), ops[0], domainOf(name)) : chain(ops);
  await formatsPlugin.formats!.hdss.saveModel!({ snapshot, source: undefined }, sink, {}, context);
  return sink.bytes();
}

function chain(ops: readonly string[]): Snapshot {
  const graph = new GraphBuilder("sample");
  let value = graph.input("x", tensorType("f32", [symbolDim("n"), 3]));
  for (const [i, op] of ops.entries()) {
    const outputs = [i === ops.length - 1 ? "y" : `v${i}`];
    [value] = graph.node(op, op === "Add" ? [value, value] : [value], {}, { outputs });
  }
  graph.output(value);
  return graph.build();
}

/** The builder knows no operators of other domains. */
function withDomain({ graph, ...snapshot }: Snapshot, op: string, domain: string): Snapshot {
  const nodes = graph.nodes.map((node, i) => ({ ...node, op, domain, name: `${op}_${i}` }));
  return { ...snapshot, graph: { ...graph, nodes } };
}
