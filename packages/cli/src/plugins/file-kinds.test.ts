import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { kindOfContent, otherContent } from "./file-kinds.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const digits = (name: string): Uint8Array =>
  readFileSync(fileURLToPath(new URL(`../../../../examples/digits/${name}`, import.meta.url)));

test("the example's files are what they are", () => {
  expect(kindOfContent(digits("model.onnx"))).toBe("an ONNX model");
  expect(kindOfContent(digits("test_data_set_0/input_0.pb"))).toBe("an ONNX tensor");
  expect(kindOfContent(digits("seven.json"))).toBe("JSON text");
});

test("an ONNX tensor is told by its dims, packed or not, and without any", () => {
  expect(kindOfContent(Uint8Array.of(0x0a, 2, 2, 2, 0x10, 1, 0x4a, 16))).toBe("an ONNX tensor");
  expect(kindOfContent(Uint8Array.of(0x10, 1, 0x4a, 4, 0, 0, 0x80, 0x3f))).toBe("an ONNX tensor");
});

test.each([
  ["model.npy", "model.onnx", "an ONNX model"],
  ["x.json", "model.onnx", "an ONNX model"],
  ["x.json", "test_data_set_0/input_0.pb", "an ONNX tensor"],
  ["x.npy", "seven.json", "JSON text"],
])("%s with the content of %s is told", (name, content, kind) => {
  expect(otherContent(name, digits(content))).toBe(kind);
});

test.each([
  ["x.json", "PK\u0003\u0004", "a zip archive"],
  ["x.hdt", "\u0089HDSS\r\n\u001a", "a Hodu model"],
  ["x.onnx", "\u0089HDT \r\n\u001a", "a Hodu tensor file"],
  ["x.npy", "GGUF\u0003\0\0\0", "a GGUF file"],
  ["x.gguf", "\u0093NUMPY", "an .npy file"],
  ["x.safetensors", "\u0080\u0004\u0095", "a Python pickle"],
])("%s that starts with %j is told", (name, start, kind) => {
  expect(otherContent(name, bytes(start))).toBe(kind);
});

test("what fits its extension, or whose extension says nothing, is left to its format", () => {
  expect(otherContent("x.npz", bytes("PK\u0003\u0004"))).toBeUndefined();
  expect(otherContent("x.foo", bytes("PK\u0003\u0004"))).toBeUndefined();
  expect(otherContent("x.json", bytes("  \n"))).toBeUndefined();
  expect(otherContent("x.json", bytes("[1, 2]"))).toBeUndefined();
});
