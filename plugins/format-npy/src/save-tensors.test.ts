import fc from "fast-check";
import {
  bytesOfTensor,
  type DType,
  type NamedValue,
  tensorFrom,
  tensorFromBytes,
  tensorOf,
  transposed,
  type Value,
} from "hodu-plugin-sdk";
import { describe, expect, test } from "vitest";
import { descrOf } from "./descr.ts";
import { load, save, testContext } from "./testing/build-npy.ts";
import { saveTensors } from "./save-tensors.ts";

const DTYPES: readonly DType[] = [
  ...(["bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f16", "f32", "f64", "c64", "c128"] as const),
];
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const one = (value: Value, name = ""): NamedValue[] => [{ name, value }];

describe(".npy", () => {
  test("has the header that NumPy writes", async () => {
    const header = (text: string): string => `\x93NUMPY\x01\x00v\x00${text.padEnd(117)}\n`;
    const file = text(await save(one(tensorFrom("u8", [2, 1], [1, 2])), "x.npy"));
    expect(file).toBe(`${header("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }")}\x01\x02`);
    const scalar = text(await save(one(tensorFrom("f32", [], [0])), "x.npy"));
    expect(scalar).toBe(`${header("{'descr': '<f4', 'fortran_order': False, 'shape': (), }")}\0\0\0\0`);
  });

  test("keeps what is not dense, or held in double, in C order", async () => {
    const strided = transposed(tensorFrom("i32", [2, 3], [0, 1, 2, 3, 4, 5]), [1, 0]);
    const read = (await load(await save(one(strided), "x.npy"))).values[0].value;
    expect(read).toMatchObject({ shape: [3, 2], strides: [2, 1], data: Int32Array.of(0, 3, 1, 4, 2, 5) });
    const wide = tensorOf("f16", [2], Float64Array.of(1, 65_504));
    const narrow = (await load(await save(one(wide), "x.npy"))).values[0].value;
    expect(narrow).toMatchObject({ dtype: "f16", data: Uint16Array.of(0x3c00, 0x7bff) });
  });

  test("is written in blocks where it is large, each after the other", { tags: ["long"] }, async () => {
    const big = tensorOf(
      "u16",
      [3, 1, 700, 1001],
      new Uint16Array(3 * 700 * 1001).map((_, i) => i),
    );
    for (const tensor of [big, transposed(big, [3, 0, 2, 1])]) {
      const [{ value }] = (await load(await save(one(tensor), "x.npy"))).values;
      if (value.kind !== "tensor") throw new Error(value.kind);
      expect(value.shape).toEqual(tensor.shape);
      expect(Buffer.compare(bytesOfTensor(value), bytesOfTensor(tensor))).toBe(0);
    }
  });

  test("tells how far it is, and warns of metadata that it leaves out", async () => {
    const steps: unknown[] = [];
    const logged: string[] = [];
    const file = { values: one(tensorFrom("u8", [1], [1])), metadata: [["a", "b"] as const] };
    const context = { ...testContext(logged), progress: (...step: unknown[]) => steps.push(step) };
    await saveTensors(
      file,
      { name: "x.npy", write: async () => {}, sibling: () => Promise.reject(new Error()) },
      context,
    );
    expect(steps.at(-1)).toEqual([129, 129, "bytes"]);
    expect(logged).toEqual([expect.stringContaining("metadata")]);
  });
});

describe("what NumPy cannot hold is refused, with a file that can", () => {
  const f32 = tensorFrom("f32", [1], [1]);
  const sequence: Value = { kind: "sequence", element: { kind: "tensor", dtype: "f32" }, items: [f32] };
  test.each<[string, string, NamedValue[], string]>([
    ["several values in an .npy file", "out.npy", [...one(f32, "a"), ...one(f32, "b")], '-o "out.npz"'],
    ["a name in an .npy file", "out.npy", one(f32, "a"), '-o "out.npz"'],
    ["no value in an .npy file", "out.npy", [], '-o "out.npz"'],
    ["bf16", "dir/out.npy", one(tensorFrom("bf16", [1], [1])), '-o "out.safetensors"'],
    ["f8", "out.npz", one(tensorFrom("f8e5m2", [1], [1]), "a"), '-o "out.safetensors"'],
    ["i4", "out.npz", one(tensorFrom("i4", [1], [1]), "a"), '-o "out.hdt"'],
    ["a sequence", "out.npz", one(sequence, "a"), '-o "out.hdt"'],
    ["65 axes", "out.npz", one(tensorFrom("f32", new Array<number>(65).fill(1), [1]), "a"), '-o "out.hdt"'],
    ["a text that ends in NUL", "out.npy", one(tensorFrom("string", [1], ["a\0"])), '-o "out.hdt"'],
    ["the same name twice", "out.npz", [...one(f32, "a"), ...one(f32, "a")], '-o "out.hdt"'],
    ["two values, one without a name", "out.npz", [...one(f32, "a"), ...one(f32, "")], '-o "out.hdt"'],
    ["a name that leads out", "out.npz", one(f32, "../a"), '-o "out.hdt"'],
    ["a name with half of a character", "out.npz", one(f32, "\udc00"), '-o "out.hdt"'],
    ["a name that is too long", "out.npz", one(f32, "a".repeat(65_536)), '-o "out.hdt"'],
  ])("%s", async (_, file, values, hint) => {
    await expect(save(values, file)).rejects.toMatchObject({ code: "UNSUPPORTED", hint, where: { file } });
  });

  test("half of a character, which no file holds", async () => {
    const saved = save(one(tensorFrom("string", [1], ["\ud800"])), "out.npy");
    await expect(saved).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringContaining("half of a surrogate pair"),
    });
  });

  test("a long text among many, which all would take its place", async () => {
    const texts = new Array<string>(100_000).fill("");
    texts[7] = "x".repeat(10_000);
    await expect(save(one(tensorFrom("string", [100_000], texts)), "x.npy")).rejects.toMatchObject({
      code: "UNSUPPORTED",
    });
  });
});

describe("any arrays", () => {
  const shape = fc.array(fc.nat(4), { maxLength: 4 });
  const array = fc.tuple(fc.constantFrom(...DTYPES), shape).chain(([dtype, dims]) => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    const width = Number(descrOf(dtype)!.slice(2));
    return fc
      .uint8Array({ minLength: count * width, maxLength: count * width })
      .map((bytes) => tensorFromBytes(dtype, dims, dtype === "bool" ? bytes.map((byte) => byte & 1) : bytes));
  });
  const texts = fc
    .array(fc.string({ unit: "binary" }).filter((value) => !value.endsWith("\0")))
    .map((values) => tensorOf("string", [values.length], values));
  const name = fc.string({ minLength: 1 }).filter((value) => !/[\\/\0]|^\.\.?$/.test(value));

  test("read from an .npy file are what was written, bit for bit", async () => {
    const property = fc.asyncProperty(fc.oneof(array, texts), async (value) => {
      const bytes = await save(one(value), "x.npy");
      const { values } = await load(bytes);
      expectSame(values, one(value));
      expect(await save(values, "x.npy")).toEqual(bytes);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  test("read from an .npz archive are what was written, bit for bit, under their names", async () => {
    const values = fc.uniqueArray(fc.record({ name, value: fc.oneof(array, texts) }), {
      selector: (item) => item.name,
    });
    const property = fc.asyncProperty(values, async (written) => {
      const bytes = await save(written, "x.npz");
      const { values: read } = await load(bytes, "x.npz");
      expectSame(read, written);
      expect(await save(read, "x.npz")).toEqual(bytes);
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

function expectSame(found: readonly NamedValue[], expected: readonly NamedValue[]): void {
  const plain = (values: readonly NamedValue[]) =>
    values.map(({ name, value }) => {
      if (value.kind !== "tensor") throw new Error(value.kind);
      const { dtype, shape, data } = value;
      return {
        name,
        dtype,
        shape,
        data: dtype === "string" ? data : Buffer.from(bytesOfTensor(value)).toString("hex"),
      };
    });
  expect(plain(found)).toEqual(plain(expected));
}
