/** Small models, cut off at every byte and with bits flipped: refused, or read, verified and run to a result or an error of ours. */
import { HoduError, mersenneTwister, type RandomSource, verifySnapshot } from "@hodu/core";
import { interpPlugin, startDeadline } from "@hodu/engine";
import onnx from "hodu-format-onnx";
import type { ByteSource } from "hodu-plugin-sdk";
import { describe, expect, test } from "vitest";
import { randomInputs } from "../../packages/cli/src/run/random-inputs.ts";
import {
  floats,
  type GraphInit,
  graphAttribute,
  int64s,
  intAttribute,
  intsAttribute,
  memorySource,
  modelBytes,
  node,
  testContext,
  value,
} from "../../plugins/format-onnx/src/testing/build-onnx.ts";

const MAX_BYTES = 64 * 2 ** 20;
const DEADLINE_MS = 200;
/** Latest end of a case with that deadline; other tests run beside this one. */
const MAX_MS = 2000;
/** What a case may add to the memory of the process. */
const MAX_GROWTH_KB = (4 * MAX_BYTES) / 1024;

const on = { name: "on", dims: [], dataType: 9, rawData: Uint8Array.of(1) };

/** A picture of 4 x 4, convolved, pooled, shaped and taken from. */
const PICTURE: GraphInit = {
  name: "g",
  input: [value("x", ["n", 1, 4, 4])],
  output: [value("y", ["n", 2])],
  initializer: [
    floats("w", [2, 1, 3, 3], new Array<number>(18).fill(0.5)),
    int64s("shape", [2], [-1, 8]),
    int64s("which", [2], [0, -1]),
  ],
  node: [
    node("Conv", ["x", "w"], ["a"], [intsAttribute("pads", [1, 1, 1, 1]), intsAttribute("strides", [1, 1])]),
    node("MaxPool", ["a"], ["b"], [intsAttribute("kernel_shape", [2, 2]), intsAttribute("strides", [2, 2])]),
    node("Reshape", ["b", "shape"], ["c"]),
    node("Softmax", ["c"], ["d"], [intAttribute("axis", 1)]),
    node("Gather", ["d", "which"], ["y"], [intAttribute("axis", 1)]),
  ],
};

/** A loop, whose state grows, and what is made of it. */
const LOOP: GraphInit = {
  name: "g",
  input: [value("x", [2])],
  output: [value("y", ["m"])],
  initializer: [on, int64s("trips", [], [3]), int64s("pads", [2], [1, 2]), int64s("repeats", [1], [2])],
  node: [
    node(
      "Loop",
      ["trips", "on", "x"],
      ["grown"],
      [
        graphAttribute("body", {
          name: "body",
          input: [value("i", [], 7), value("go", [], 9), value("s", ["k"])],
          output: [value("more", [], 9), value("t", ["j"])],
          node: [node("Identity", ["go"], ["more"]), node("Concat", ["s", "x"], ["t"], [intAttribute("axis", 0)])],
        }),
      ],
    ),
    node("Tile", ["grown", "repeats"], ["tiled"]),
    node("Pad", ["tiled", "pads"], ["padded"]),
    node("CumSum", ["padded", "trips0"], ["y"]),
  ],
};
const models = {
  picture: modelBytes(PICTURE),
  loop: modelBytes({ ...LOOP, initializer: [...LOOP.initializer!, int64s("trips0", [], [0])] }),
};

type Outcome = "refused" | "failed" | "ran";

/** What becomes of the bytes. Everything but a result or a HoduError is thrown on. */
async function outcomeOf(bytes: Uint8Array): Promise<Outcome> {
  const source: ByteSource = memorySource("model.onnx", bytes);
  let outcome: Outcome = "refused";
  const deadline = startDeadline(DEADLINE_MS);
  const context = { ...testContext(), signal: deadline.signal };
  try {
    const snapshot = await onnx.formats!.onnx.loadModel!(source, context);
    verifySnapshot(snapshot);
    outcome = "failed";
    const symbols = new Map(snapshot.graph.inputs.flatMap(({ type }) => symbolsOf(type)).map((name) => [name, 2]));
    const needed = snapshot.graph.inputs.filter((input) => input.default === undefined && isSmall(input.type));
    const inputs = randomInputs(needed, symbols, 1);
    const backend = interpPlugin.backends!.interp;
    const artifact = await backend.compile({ snapshot, source }, { device: "cpu", precision: "native" }, context);
    const session = await backend.load(artifact, source, { threads: 1, maxMemory: MAX_BYTES }, context);
    await session.run(inputs, {}, context);
    return "ran";
  } catch (error) {
    if (!(error instanceof HoduError)) throw error;
    if (error.cause instanceof RangeError || error.cause instanceof TypeError) throw error;
    return outcome;
  } finally {
    deadline.cancel();
  }
}

type InputType = Parameters<typeof randomInputs>[0][number]["type"];

function symbolsOf(type: InputType): string[] {
  if (type?.kind !== "tensor") return [];
  return (type.shape ?? []).flatMap((dim) => (typeof dim === "number" ? [] : dim.terms.map(([symbol]) => symbol)));
}

/** A damaged model may want inputs of any size; those are not made, and so are missing. */
function isSmall(type: InputType): boolean {
  if (type?.kind !== "tensor") return true;
  return (type.shape ?? []).reduce<number>((count, dim) => count * (typeof dim === "number" ? dim : 2), 1) < 2 ** 20;
}

class Tally {
  readonly counts = { refused: 0, failed: 0, ran: 0 };

  async add(bytes: Uint8Array, what: string): Promise<void> {
    const start = performance.now();
    const memory = process.resourceUsage().maxRSS;
    try {
      this.counts[await outcomeOf(bytes)]++;
    } catch (error) {
      throw new Error(what, { cause: error });
    }
    expect(performance.now() - start, what).toBeLessThan(MAX_MS);
    expect(process.resourceUsage().maxRSS - memory, what).toBeLessThan(MAX_GROWTH_KB);
  }
}

describe.each(Object.entries(models))("damage to the model %s", (_, bytes) => {
  test("as it is, it runs", async () => {
    expect(await outcomeOf(bytes)).toBe("ran");
  });

  test("cut off at any byte", async () => {
    const tally = new Tally();
    for (let length = 0; length < bytes.length; length++) await tally.add(bytes.slice(0, length), `cut at ${length}`);
    expect(tally.counts.refused).toBeGreaterThan(bytes.length - 20);
  }, 60_000);

  test("with bits flipped, 5,000 times", async () => {
    const seed = Number(process.env.HODU_FUZZ_SEED ?? 1);
    const rounds = Number(process.env.HODU_FUZZ_ROUNDS ?? 5000);
    const random: RandomSource = mersenneTwister(seed);
    const below = (limit: number): number => Math.floor(random.uniform() * limit);
    const tally = new Tally();
    for (let round = 0; round < rounds; round++) {
      const broken = bytes.slice();
      for (let flips = 1 + below(2); flips > 0; flips--) broken[below(broken.length)] ^= 1 << below(8);
      await tally.add(broken, `seed ${seed}, round ${round}`);
    }
    console.log(`seed ${seed}: ${JSON.stringify(tally.counts)}`);
    expect(tally.counts.ran).toBeGreaterThan(0);
  }, 300_000);
});
