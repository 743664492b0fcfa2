import { expect, test } from "vitest";
import { escapeJson, escapeName, escapeText, jsonString } from "./escape.ts";

test("text keeps its lines and nothing else that a terminal acts on", () => {
  expect(escapeText("a\nb\u001b[31m\u0000\u202e\u2028\ud800é😀")).toBe(
    "a\nb\\u{1b}[31m\\u{0}\\u{202e}\\u{2028}\\u{d800}é😀",
  );
});

test("a name stays on one line and within 100 characters", () => {
  expect(escapeName("a\nb")).toBe("a\\nb");
  expect(escapeName("x".repeat(100))).toBe("x".repeat(100));
  expect(escapeName("😀".repeat(101))).toBe(`${"😀".repeat(97)}...`);
});

test("JSON reads back the same and holds nothing that a terminal acts on", () => {
  const text = 'q"\\\n\u001b\u007f\u009b\u202e\u{e0001}é😀';
  expect(JSON.parse(jsonString(text))).toBe(text);
  expect(jsonString(text)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(escapeJson('{\n "a": 1\n}')).toBe('{\n "a": 1\n}');
});
