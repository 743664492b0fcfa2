import { readsOf } from "@hodu/compiler";
import { type Dim, GraphBuilder, type NamedValue, symbolDim, tensorType } from "@hodu/core";
import { drawTensor } from "./draw-values.ts";
import { MAKERS } from "./makers.ts";
import { randomOf } from "./random.ts";
import type { Made, Workpiece } from "./workpiece.ts";
import type { Specimen } from "./specimen.ts";

/** Dims that inputs may have, and the sizes that stand for their symbols. */
const DIMS: readonly (readonly [declared: Dim, size: number])[] = [
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 4],
  [symbolDim("n"), 2],
  [symbolDim("m"), 3],
];

/** A valid graph of f32 with inputs for it; the same for the same seed. */
export function generateSpecimen(seed: number): Specimen {
  const random = randomOf(seed);
  const builder = new GraphBuilder("generated");
  const inputs: NamedValue[] = [];
  const values: Made[] = [];
  for (let i = random.whole(1, 3); i > 0; i--) {
    const dims = Array.from({ length: random.whole(0, 3) }, () => random.pick(DIMS));
    const shape = dims.map(([, size]) => size);
    const name = builder.input(
      `x${i}`,
      tensorType(
        "f32",
        dims.map(([declared]) => declared),
      ),
    );
    inputs.push({ name, value: drawTensor(shape, random) });
    values.push({ name, shape });
  }
  const piece: Workpiece = { builder, random, values, nodes: [], depth: 0, counter: { next: 0 } };
  grow(piece, random.whole(3, 25));
  for (const name of chooseOutputs(piece)) builder.output(name);
  return { name: `generated ${seed}`, snapshot: builder.build(), source: undefined, inputs, readWeight: undefined };
}

/** Adds nodes, most of them on what came last. */
function grow(piece: Workpiece, steps: number): void {
  const makers = piece.depth < 2 ? MAKERS : MAKERS.filter(({ nests }) => nests !== true);
  for (let step = 0; step < steps; step++) {
    const made = piece.random.pick(makers).make(piece, (inner, count) => grow(inner, count));
    if (made !== undefined) piece.values.push(made);
  }
}

/** What no node reads, so that no mistake is lost, and some of the rest. */
function chooseOutputs({ builder, values, random }: Workpiece): ReadonlySet<string> {
  const read = new Set(builder.graph().nodes.flatMap((node) => [...readsOf(node)]));
  const names = values.map(({ name }) => name);
  return new Set(names.filter((name, i) => i === names.length - 1 || !read.has(name) || random.oneIn(6)));
}
