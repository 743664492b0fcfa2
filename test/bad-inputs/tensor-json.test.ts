/** Rows 82 and 83 of the list of inputs that must be refused: tensors as JSON. */
import { readJsonTensors } from "@hodu/core";
import { describe, expect, test } from "vitest";
import { expectRejected, temporaryFolder } from "./refuse.ts";

const folder = temporaryFolder();

const read = async (text: string | Uint8Array) =>
  readJsonTensors(typeof text === "string" ? new TextEncoder().encode(text) : text, { file: "x.json" });

const tensor = (data: string, dtype = "f32"): string => `{"dtype": "${dtype}", "data": ${data}}`;

describe("row 82: tensors as JSON", () => {
  test.each([
    ["101 levels", "[".repeat(101) + "]".repeat(101), "more than 100 levels"],
    ["a million levels", "[".repeat(1_000_000), "more than 100 levels"],
    ["a number past the largest double", tensor("[1e400]"), "outside of what a number can hold"],
    ["a number past the dtype", tensor("[1e39]"), "does not fit f32"],
    ["NaN that is no string", tensor("[NaN]"), 'write "NaN" in quotes'],
    ["rows of different lengths", tensor("[[1, 2], [3]]"), "found a row of 1, expected 2"],
    ["half of a surrogate pair", tensor('["\\ud800"]', "string"), "half of a surrogate pair"],
    ["an integer past 64 bits", tensor("[9223372036854775808]", "i64"), "does not fit i64"],
    ["a fraction as an integer", tensor("[0.5]", "i64"), "expected a whole number"],
    ["a shape of another size", '{"dtype": "f32", "shape": [1e9, 1000], "data": [1]}', "found 1 elements"],
    ["a shape past 2^53", '{"dtype": "f32", "shape": [1000000000, 1000000000], "data": []}', "2^53"],
    ["a key that stands there twice", '{"dtype": "f32", "data": [1], "data": [2]}', "stands there twice"],
    ["a text that is cut off", tensor("[1, 2").slice(0, -1), "expected"],
    ["bytes that are no UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d), "not UTF-8"],
    ["nothing", "", "found the end"],
    ["metadata that is no text", '{"metadata": {"k": 1}, "tensors": {}}', "expected text in quotes"],
    ["metadata that is a list", '{"metadata": [], "tensors": {}}', "metadata: found"],
  ])("%s", async (_, text, message) => {
    const error = await expectRejected(folder, () => read(text));
    expect(error.message).toContain("x.json");
    expect(error.message).toContain(message);
    expect(error.where.field ?? error.where.offset ?? error.where.file).toBeDefined();
  });

  test("a text that no string can hold is refused before it is read", async () => {
    const error = await expectRejected(folder, () => read(new Uint8Array(2 ** 29)));
    expect(error.message).toContain("expected at most 536870888; .hdt, .npy and .safetensors have no such limit");
  });

  test("2^53 + 1 as int64 is exact", async () => {
    const [{ value }] = await read(tensor("[9007199254740993, -9223372036854775808]", "int64"));
    expect(value).toMatchObject({ dtype: "i64", data: BigInt64Array.of(9007199254740993n, -(2n ** 63n)) });
  });
});
