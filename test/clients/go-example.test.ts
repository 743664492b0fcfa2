import type { FormatFixture } from "hodu-plugin-sdk/testing";
import { describeExample } from "./describe-example.ts";
import { goExample } from "./example-plugins.ts";

const table = (rows: number, columns: number): Uint8Array =>
  new TextEncoder().encode(
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (_, column) => (row - 3) / (column + 7)).join(","),
    ).join("\n"),
  );

const fixtures: readonly FormatFixture[] = [
  { name: "numbers.csv", kind: "tensors", bytes: new TextEncoder().encode("1, -0, 1e-308\nNaN,Inf,3\n") },
  { name: "column.csv", kind: "tensors", bytes: table(12, 1) },
  { name: "large.csv", kind: "tensors", bytes: table(40_000, 8) },
];

describeExample("the example in Go", goExample(), fixtures);
