import { describe, expect, test } from "vitest";
import { SourceFile } from "./source-file.ts";
import { ModelProtoSchema, TensorProtoSchema } from "./generated/onnx_pb.ts";
import { modelBytes, node, oneNode } from "./testing/build-onnx.ts";
import { refusal } from "./testing/refusal.ts";
import { checkWire } from "./wire.ts";

const check = (bytes: ArrayLike<number>, schema = ModelProtoSchema as Parameters<typeof checkWire>[0]) =>
  checkWire(schema, Uint8Array.from(bytes), new SourceFile("m.onnx", "BAD_MODEL"));
const complaint = (bytes: ArrayLike<number>, schema?: Parameters<typeof checkWire>[0]) =>
  refusal(() => check(bytes, schema));

describe("checkWire", () => {
  test("lets a model pass", () => {
    expect(() => check(modelBytes(oneNode({ opType: "Relu" })))).not.toThrow();
  });

  test("lets fields that are not in the schema pass, groups among them", () => {
    // Field 100: a varint, 4 bytes, 8 bytes, a length of 2, a group that holds a group.
    expect(() =>
      check([0xa0, 6, 5, 0xa5, 6, 1, 2, 3, 4, 0xa1, 6, 1, 2, 3, 4, 5, 6, 7, 8, 0xa2, 6, 2, 9, 9]),
    ).not.toThrow();
    expect(() => check([0xa3, 6, 0x0b, 0x10, 1, 0x0c, 0xa4, 6])).not.toThrow();
  });

  test("refuses a field that runs past the end of what holds it, though not past the end of the file", async () => {
    // graph (7) of 3 bytes whose name (2) claims 5; producer_name after it.
    const error = await complaint([0x3a, 3, 0x12, 5, 65, 0x12, 3, 65, 66, 67]);
    expect(error.message).toContain('a field "name" of 5 bytes, expected at most 1');
    expect(error.where).toMatchObject({ field: "graph.name", offset: 4 });
  });

  test("refuses a wrong wire type, with the path and the offset of the field", async () => {
    const bytes = modelBytes({ node: [node("A", [], ["a"]), node("Z", [], ["b"])] });
    const at = bytes.lastIndexOf("Z".charCodeAt(0)) - 2;
    bytes[at] = (4 << 3) | 5;
    const error = await complaint(bytes);
    expect(error.message).toContain('field "op_type" written as 4 bytes, expected a length');
    expect(error.where).toMatchObject({ offset: at, field: "graph.node[1]" });
  });

  test("refuses packed numbers that end within one", async () => {
    expect((await complaint([0x0a, 1, 0x80], TensorProtoSchema)).message).toContain("in the middle of a number");
    expect((await complaint([0x22, 3, 0, 0], TensorProtoSchema)).message).toContain("of 3 bytes");
  });

  test("refuses numbers of more than ten bytes", async () => {
    expect((await complaint([0x08, ...new Uint8Array(10).fill(0x80), 1])).message).toContain("more than 10 bytes");
  });

  test("refuses field number 0 and the end of a group that never began", async () => {
    expect((await complaint([0x00])).message).toContain("field number 0");
    expect((await complaint([0x0c])).message).toContain("of wire type 4");
  });

  test("refuses groups that do not end, or that nest too deep", async () => {
    expect((await complaint([0xa3, 6])).message).toContain("the end in the middle of a number");
    expect((await complaint(new Uint8Array(300).fill(0x0b))).message).toMatch(/written as a group|nested/);
    const unknown = Array.from({ length: 200 }, () => [0xa3, 6]).flat();
    expect((await complaint(unknown)).message).toContain("groups nested 101 deep");
  });

  test("refuses text that is not UTF-8", async () => {
    const error = await complaint([0x12, 2, 0xc3, 0x28]);
    expect(error.message).toContain("text that is not UTF-8");
    expect(error.where).toMatchObject({ field: "producer_name", offset: 2 });
  });

  test("refuses files whose parts would take far more memory than the file", async () => {
    const nodes = Uint8Array.from({ length: 2 ** 21 }, (_, i) => (i % 2 === 0 ? 0x0a : 0));
    const graph = [0x3a, 0x80, 0x80, 0x80, 0x01];
    const start = performance.now();
    const bytes = new Uint8Array(graph.length + nodes.length);
    bytes.set(graph);
    bytes.set(nodes, graph.length);
    expect((await complaint(bytes)).message).toContain("so many small parts");
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
