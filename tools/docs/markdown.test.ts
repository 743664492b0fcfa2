import { expect, it } from "vitest";
import { readHeadings, readLinks, slugsOf } from "./markdown.ts";

it("finds relative links and images, and none in code or to other sites", () => {
  const page = [
    '[a](b.md) ![c](d.png "t")',
    "[e](https://x.y) `[f](g)`",
    "```md",
    "[h](i)",
    "```",
    "[j](<k.md>) [l](#m)",
  ];
  expect(readLinks(page.join("\n"))).toEqual([
    { target: "b.md", line: 1 },
    { target: "d.png", line: 1 },
    { target: "k.md", line: 6 },
    { target: "#m", line: 6 },
  ]);
});

it("makes the fragments of headings as GitHub does", () => {
  const headings = readHeadings("# One `two` (3)\n## Same\n## Same\n```\n# no\n```\n");
  expect([...slugsOf(headings)]).toEqual(["one-two-3", "same", "same-1"]);
});
