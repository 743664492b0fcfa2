import { describe, expect, it } from "vitest";
import { wrapLine } from "./wrap-line.ts";

describe("a line that is wrapped", () => {
  it("stays as it is where it fits", () => {
    expect(wrapLine("  one two", 9)).toEqual(["  one two"]);
    expect(wrapLine("", 40)).toEqual([""]);
  });

  it("is broken between words, and goes on further in", () => {
    expect(wrapLine("  reading files: its own folder", 18)).toEqual(["  reading files:", "    its own folder"]);
  });

  it("keeps a word whole that is longer than the line", () => {
    expect(wrapLine("a /very/long/path b", 6)).toEqual(["a", "  /very/long/path", "  b"]);
  });
});
