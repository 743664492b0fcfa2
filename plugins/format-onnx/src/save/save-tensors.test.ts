import {
  bytesSink,
  bytesSource,
  compareValues,
  DTYPE_NAMES,
  EXACT,
  type MapValue,
  type NamedValue,
  type OptionalValue,
  packedBytes,
  type SequenceValue,
  type Tensor,
  tensorFrom,
  tensorFromBytes,
  tensorType,
  type Value,
} from "hodu-plugin-sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadTensors } from "../load-tensors.ts";
import { testContext } from "../testing/build-onnx.ts";
import { refusal } from "../testing/refusal.ts";
import { saveTensors } from "./save-tensors.ts";

async function save(values: readonly NamedValue[], logged?: string[]): Promise<Uint8Array> {
  const sink = bytesSink("v.pb");
  const metadata = logged === undefined ? [] : [["author", "somebody"] as const];
  await saveTensors({ values, metadata }, sink, testContext(logged));
  return sink.bytes();
}

async function saveAndLoad(value: Value, name = "v"): Promise<NamedValue> {
  const { values } = await loadTensors(bytesSource("v.pb", await save([{ name, value }])), {}, testContext());
  return values[0];
}

async function expectKept(value: Value, name?: string): Promise<void> {
  const read = await saveAndLoad(value, name);
  expect(read.name).toBe(name ?? "v");
  expect(compareValues(read.value, value, EXACT)).toBeUndefined();
  expect(read.value.kind).toBe(value.kind);
}

const f32 = (...values: number[]): Tensor => tensorFrom("f32", [values.length], values);
const sequence = (...items: Tensor[]): SequenceValue => ({ kind: "sequence", element: tensorType("f32"), items });

describe("saveTensors", () => {
  test("keeps tensors of any dtype, shape and name, bit for bit", async () => {
    const numeric = DTYPE_NAMES.filter((dtype) => dtype !== "string" && dtype !== "bool");
    const cases = fc.record({
      dtype: fc.constantFrom(...numeric),
      rows: fc.integer({ min: 0, max: 5 }),
      columns: fc.integer({ min: 0, max: 5 }),
      noise: fc.uint8Array({ minLength: 25 * 16, maxLength: 25 * 16 }),
      name: fc.string({ unit: "grapheme" }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ dtype, rows, columns, noise, name }) => {
        const bytes = noise.slice(0, packedBytes(dtype, rows * columns));
        const tensor = tensorFromBytes(dtype, [rows, columns], bytes);
        const read = await saveAndLoad(tensor, name);
        expect(read).toEqual({ name, value: tensor });
      }),
      { verbose: true },
    );
  });

  test("keeps scalars, bools and strings", async () => {
    await expectKept(tensorFrom("f64", [], [-0]));
    await expectKept(tensorFrom("bool", [3], [true, false, true]), "");
    await expectKept(tensorFrom("string", [2, 2], ["", "a\0b", "한국어", "🙂\n"]));
    await expectKept(tensorFrom("string", [0], []));
  });

  test("keeps sequences, of sequences too", async () => {
    await expectKept(sequence(f32(1, 2), f32(), f32(Number.NaN)));
    await expectKept(sequence());
    const nested: SequenceValue = {
      kind: "sequence",
      element: { kind: "sequence", element: tensorType("f32") },
      items: [sequence(f32(1)), sequence()],
    };
    await expectKept(nested);
  });

  test.each<[string, MapValue]>([
    ["strings", { kind: "map", key: "string", element: tensorType("f32"), keys: ["b", ""], values: [f32(1), f32(2)] }],
    ["i64", { kind: "map", key: "i64", element: tensorType("f32"), keys: [-1n, 2n ** 62n], values: [f32(1), f32(2)] }],
    ["u64", { kind: "map", key: "u64", element: tensorType("f32"), keys: [2n ** 64n - 1n], values: [f32(1)] }],
    ["i8", { kind: "map", key: "i8", element: tensorType("f32"), keys: [-128, 127], values: [f32(1), f32(2)] }],
  ])("keeps maps from %s", async (_name, map) => {
    await expectKept(map);
  });

  test("writes the same bytes again", async () => {
    const values = [{ name: "v", value: sequence(f32(1), f32(2)) }];
    expect(await save(values)).toEqual(await save(values));
  });

  test.each<[string, Value]>([
    ["an optional that holds something", { kind: "optional", element: tensorType("f32"), value: f32(1) }],
    ["an empty sequence of what is no f32", { kind: "sequence", element: tensorType("i64"), items: [] }],
    [
      "a sequence in which an empty sequence is of what is no f32",
      {
        kind: "sequence",
        element: { kind: "sequence", element: tensorType("i64") },
        items: [
          { kind: "sequence", element: tensorType("i64"), items: [tensorFrom("i64", [1], [1n])] },
          { kind: "sequence", element: tensorType("i64"), items: [] },
        ],
      },
    ],
    ["an empty optional of what is no f32", { kind: "optional", element: tensorType("i64") } satisfies OptionalValue],
  ])("refuses %s, which would be read as another value", async (_name, value) => {
    const error = await refusal(() => save([{ name: "v", value }]));
    expect(error.code).toBe("UNSUPPORTED");
    expect(error.message).toContain("which would be read as another");
    expect(error.hint).toBe("hodu convert -f hdt");
  });

  test("refuses a sequence whose name makes it a tensor to a reader", async () => {
    const read = await refusal(() => save([{ name: "\0", value: sequence() }]));
    expect(read.code).toBe("UNSUPPORTED");
  });

  test("refuses an empty optional without a name, which would be an empty file", async () => {
    const none: OptionalValue = { kind: "optional", element: tensorType("f32") };
    expect((await refusal(() => save([{ name: "", value: none }]))).code).toBe("UNSUPPORTED");
  });

  test.each<[string, string, Value]>([
    ["a name", "\ud800", f32(1)],
    ["an element", "v", { ...f32(1), dtype: "string", data: ["a\udc00"] }],
    ["a key", "v", { kind: "map", key: "string", element: tensorType("f32"), keys: ["\ud800b"], values: [f32(1)] }],
  ])("refuses half a character in %s", async (_name, name, value) => {
    const error = await refusal(() => save([{ name, value }]));
    expect([error.code, error.message]).toEqual(["UNSUPPORTED", expect.stringContaining("half of a surrogate pair")]);
  });

  test("refuses more values than one, and none", async () => {
    const values = ["a", "b"].map((name) => ({ name, value: f32(1) }));
    const [many, none] = [await refusal(() => save(values)), await refusal(() => save([]))];
    expect(many.message).toBe('Cannot save "v.pb": found 2 values, expected one');
    expect([many.code, many.hint]).toEqual(["UNSUPPORTED", "hodu convert -f npz"]);
    expect(none.message).toContain("found 0 values");
  });

  test("says that it leaves out metadata", async () => {
    const logged: string[] = [];
    await save([{ name: "v", value: f32(1) }], logged);
    expect(logged).toEqual(["v.pb has no place for metadata: it is left out"]);
  });
});
