import { describe, expect, it } from "vitest";
import { pageOfDocComments } from "./doc-comments.ts";
import { readExamples, withoutTimes } from "./examples.ts";

describe("readExamples", () => {
  it("reads commands with their output, and counts those that are for a person", () => {
    const page = "text\n```console\n$ hodu version\nhodu 1\n\n$ npm test\nlots\n```\n```ts\n$ hodu no\n```\n";
    expect(readExamples(page)).toEqual({
      examples: [{ kind: "command", text: "hodu version", output: "hodu 1", line: 3 }],
      left: 1,
      problems: [],
    });
  });

  it("reads programs with the output that stands right after them", () => {
    const page =
      "```js\nrun();\n```\n\n```text\n1\n2\n```\n\n```js\nquiet();\n```\nIt could print:\n```text\nno\n```\n";
    expect(readExamples(page).examples).toEqual([
      { kind: "program", text: "run();", output: "1\n2", line: 1 },
      { kind: "program", text: "quiet();", output: "", line: 10 },
    ]);
  });

  it("reports blocks of a kind that it does not know", () => {
    expect(readExamples("```json\n{}\n```\n```javascript\nrun();\n```\n").problems).toEqual([
      "4: a block of kind javascript is not run, expected console or js",
    ]);
  });
});

describe("pageOfDocComments", () => {
  it("keeps what doc comments say, on its lines, and nothing else", () => {
    const source =
      "/** One line. */\nconst a = 1;\n/**\n * Text.\n * ```js\n *   a();\n * ```\n */\nfunction a() {} // no\n";
    expect(pageOfDocComments(source)).toBe("One line.\n\n\nText.\n```js\n  a();\n```\n\n\n");
  });
});

describe("withoutTimes", () => {
  it("replaces times only", () => {
    expect(withoutTimes("Finished in 41 ms (load 6) of 3 nodes")).toBe("Finished in N ms (load 6) of 3 nodes");
  });
});
