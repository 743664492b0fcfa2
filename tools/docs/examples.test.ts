import { describe, expect, it } from "vitest";
import { readExamples, withoutTimes } from "./examples.ts";

describe("readExamples", () => {
  it("reads commands of ours with their output and leaves other blocks alone", () => {
    const page = "text\n```console\n$ hodu version\nhodu 1\n\n$ npm test\nlots\n```\n```ts\n$ hodu no\n```\n";
    expect(readExamples(page)).toEqual([{ command: "hodu version", output: "hodu 1", line: 3 }]);
  });
});

describe("withoutTimes", () => {
  it("replaces times only", () => {
    expect(withoutTimes("Finished in 41 ms (load 6) of 3 nodes")).toBe("Finished in N ms (load 6) of 3 nodes");
  });
});
