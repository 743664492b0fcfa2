import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  floats,
  type GraphInit,
  graphAttribute,
  int64s,
  modelBytes,
  node,
  oneNode,
  value,
} from "../../plugins/format-onnx/src/testing/build-onnx.ts";

/** Writes a model into a folder; returns its path. */
export function writeModel(folder: string, name: string, graph: GraphInit): string {
  const path = join(folder, name);
  writeFileSync(path, modelBytes(graph));
  return path;
}

/** sum = a + b, on f32[n, 2]. */
export const ADD: GraphInit = {
  name: "add",
  input: [value("a", ["n", 2]), value("b", ["n", 2])],
  output: [value("sum", ["n", 2])],
  node: [node("Add", ["a", "b"], ["sum"])],
};

/** y = -x, on f32[n]. */
export const NEGATE: GraphInit = oneNode({ opType: "Neg" });

/** Runs until it is stopped. */
export const ENDLESS: GraphInit = {
  name: "endless",
  input: [value("x")],
  output: [value("y")],
  initializer: [int64s("trips", [], [2 ** 62]), { name: "on", dims: [], dataType: 9, rawData: Uint8Array.of(1) }],
  node: [
    node(
      "Loop",
      ["trips", "on", "x"],
      ["y"],
      [
        graphAttribute("body", {
          name: "body",
          input: [value("i", [], 7), value("go", [], 9), value("s")],
          output: [value("next", [], 9), value("t")],
          node: [node("Identity", ["go"], ["next"]), node("Neg", ["s"], ["t"])],
        }),
      ],
    ),
  ],
};

/** y = x repeated a million million times: more than any machine holds. */
export const HUGE: GraphInit = oneNode(
  { opType: "Tile", input: ["x", "repeats"] },
  { initializer: [int64s("repeats", [1], [1e12])] },
);

/** A model whose weight lies in another file. */
export function externalModel(location: string): GraphInit {
  return oneNode(
    { opType: "Add", input: ["x", "w"] },
    {
      initializer: [
        {
          ...floats("w", [2], []),
          rawData: new Uint8Array(0),
          dataLocation: 1,
          externalData: [{ key: "location", value: location }],
        },
      ],
    },
  );
}

/** Names that a terminal would act on, or a programmer would trip over. */
const STRANGE_NAMES = {
  input: 'x"\u001b[31mred\u0000',
  output: "y\n\u202egnp.exe*/%n",
};
export const STRANGE: GraphInit = {
  name: "strange",
  input: [value(STRANGE_NAMES.input, [2])],
  output: [value(STRANGE_NAMES.output, [2])],
  node: [{ ...node("Neg", [STRANGE_NAMES.input], [STRANGE_NAMES.output]), name: "while\u0007" }],
};
