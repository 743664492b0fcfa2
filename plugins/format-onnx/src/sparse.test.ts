import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { SourceFile } from "./source-file.ts";
import { SparseTensorProtoSchema } from "./generated/onnx_pb.ts";
import { densify } from "./sparse.ts";
import { floats, int64s } from "./testing/build-onnx.ts";
import { refusal } from "./testing/refusal.ts";

type SparseInit = MessageInitShape<typeof SparseTensorProtoSchema>;
const place = { what: 'sparse tensor "s"', field: "s", file: new SourceFile("m.onnx", "BAD_MODEL") };
const dense = (init: SparseInit) => densify(create(SparseTensorProtoSchema, init), place);
const message = async (init: SparseInit): Promise<string> => (await refusal(() => dense(init))).message;

test("linear indices place values", () => {
  const { dtype, shape, bytes } = dense({
    dims: [2n, 3n],
    values: floats("s", [2], [5, 7]),
    indices: int64s("i", [2], [1, 5]),
  });
  expect({ dtype, shape }).toEqual({ dtype: "f32", shape: [2, 3] });
  expect([...new Float32Array(bytes.buffer)]).toEqual([0, 5, 0, 0, 0, 7]);
});

test("coordinates place values", () => {
  const { bytes } = dense({
    dims: [2n, 3n],
    values: floats("s", [2], [5, 7]),
    indices: int64s("i", [2, 2], [0, 1, 1, 2]),
  });
  expect([...new Float32Array(bytes.buffer)]).toEqual([0, 5, 0, 0, 0, 7]);
});

test("no values need no indices", () => {
  expect(dense({ dims: [2n], values: floats("s", [0], []) }).bytes).toEqual(new Uint8Array(8));
});

test("indices out of range, unsorted or repeated are refused", async () => {
  const values = floats("s", [2], [5, 7]);
  const linear = (...indices: number[]) => message({ dims: [2n, 3n], values, indices: int64s("i", [2], indices) });
  expect(await linear(1, 6)).toContain("found index 6, expected 0 to 5");
  expect(await linear(-1, 5)).toContain("found index -1");
  expect(await linear(5, 1)).toContain("ascending");
  expect(await linear(5, 5)).toContain("ascending");
  const coordinates = int64s("i", [2, 2], [0, 1, 0, 3]);
  expect(await message({ dims: [2n, 3n], values, indices: coordinates })).toContain("found index 3, expected 0 to 2");
});

test("indices of another shape or dtype are refused", async () => {
  const values = floats("s", [2], [5, 7]);
  expect(await message({ dims: [6n], values })).toContain("without indices");
  expect(await message({ dims: [6n], values, indices: int64s("i", [1], [0]) })).toContain("found indices [1]");
  expect(await message({ dims: [6n], values, indices: floats("i", [2], [0, 1]) })).toContain("indices of f32");
  expect(await message({ dims: [2n, 3n], values, indices: int64s("i", [2, 1], [0, 1]) })).toContain("[2, 1]");
});

test("a dense size out of all proportion is refused before it is allocated", async () => {
  const found = await message({ dims: [2n ** 40n], values: floats("s", [1], [5]), indices: int64s("i", [1], [3]) });
  expect(found).toContain("takes 4398046511104 bytes when dense");
});
