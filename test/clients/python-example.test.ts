import type { FormatFixture } from "hodu-plugin-sdk/testing";
import { describeExample } from "./describe-example.ts";
import { pythonExample } from "./example-plugins.ts";

/** A file of IDX with elements 0, 1, 2 and so on. */
function idx(
  code: number,
  bytes: number,
  shape: readonly number[],
  write: (view: DataView, at: number, i: number) => void,
) {
  const start = 4 + 4 * shape.length;
  const count = shape.reduce((product, dim) => product * dim, 1);
  const view = new DataView(new ArrayBuffer(start + count * bytes));
  view.setUint8(2, code);
  view.setUint8(3, shape.length);
  for (const [i, dim] of shape.entries()) view.setUint32(4 + 4 * i, dim);
  for (let i = 0; i < count; i++) write(view, start + i * bytes, i);
  return new Uint8Array(view.buffer);
}

const fixtures: readonly FormatFixture[] = [
  { name: "labels.idx", kind: "tensors", bytes: idx(0x08, 1, [9], (view, at, i) => view.setUint8(at, i)) },
  { name: "floats.idx", kind: "tensors", bytes: idx(0x0d, 4, [2, 3], (view, at, i) => view.setFloat32(at, i / 7)) },
  {
    name: "large.idx",
    kind: "tensors",
    bytes: idx(0x0b, 2, [3, 600, 1000], (view, at, i) => view.setInt16(at, (i % 65536) - 32768)),
  },
];

describeExample("the example in Python", pythonExample(), fixtures);
