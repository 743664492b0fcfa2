import { GraphBuilder, type PlainAttribute, type Snapshot, tensorFrom, tensorType } from "@hodu/core";

/** Writes graphs as exporters do. For tests. */
export interface Writer {
  /** A value of f32 that is computed, not an input of the graph. */
  readonly x: (...shape: readonly number[]) => string;
  /** A weight: a scalar for a number; for a shape, numbers from 0.5 to 1.5. */
  readonly c: (value: number | readonly number[]) => string;
  /** A weight of i64. */
  readonly i: (...values: readonly number[]) => string;
  /** A node of one output. */
  readonly n: (op: string, inputs: readonly string[], attributes?: Readonly<Record<string, PlainAttribute>>) => string;
  readonly builder: GraphBuilder;
}

/** The model whose outputs are what `write` returns. */
export function writeGraph(write: (writer: Writer) => string | readonly string[]): Snapshot {
  const builder = new GraphBuilder("g");
  let count = 0;
  const n: Writer["n"] = (op, inputs, attributes = {}) => builder.node(op, inputs, attributes)[0];
  const writer: Writer = {
    builder,
    n,
    x: (...shape) => n("Identity", [builder.input(`x${count++}`, tensorType("f32", shape))]),
    c(value) {
      const shape = typeof value === "number" ? [] : value;
      const size = shape.reduce((product, dim) => product * dim, 1);
      const values =
        typeof value === "number" ? [value] : Array.from({ length: size }, (_, i) => 0.5 + ((i * 7) % 11) / 11);
      return builder.weight(`c${count++}`, tensorFrom("f32", shape, values));
    },
    i: (...values) => builder.weight(`i${count++}`, tensorFrom("i64", [values.length], values)),
  };
  const outputs = write(writer);
  for (const name of typeof outputs === "string" ? [outputs] : outputs) builder.output(name);
  return builder.build();
}
