import { type DType, tensorFrom } from "@hodu/core";
import type { NamedValue } from "hodu-plugin-sdk";
import { type FormatFixture, formatSuite, sameFormatSuite } from "hodu-plugin-sdk/testing";
import { afterAll, describe } from "vitest";
import plugin from "../../plugins/format-npy/src/index.ts";
import { headerText, npyBytes, save } from "../../plugins/format-npy/src/testing/build-npy.ts";
import { zipBytes } from "../../plugins/format-npy/src/testing/build-zip.ts";
import { buildProcesses } from "./build-processes.ts";
import { describeBothWays } from "./suites.ts";

const processes = buildProcesses();
afterAll(async () => (await processes).remove());

const DTYPES: readonly DType[] = ["bool", "i8", "i64", "u16", "u64", "f16", "f32", "f64", "c64", "string"];
const values: readonly NamedValue[] = DTYPES.map((dtype) => ({
  name: `of/${dtype}`,
  value: tensorFrom(dtype, [2, 1], dtype === "c64" ? [1, 2, 3, 4] : [0, 1]),
}));

const big = npyBytes(
  headerText(">f4", "(2, 3)"),
  Uint8Array.from({ length: 24 }, (_, i) => i),
);
const fortran = npyBytes(headerText("<i4", "(3, 2)", "True"), Int32Array.of(1, 2, 3, 4, 5, 6));

const fixtures: readonly FormatFixture[] = [
  { name: "scalar.npy", kind: "tensors", bytes: npyBytes(headerText("<f2", "()"), Uint16Array.of(0x3c00)) },
  { name: "big-endian.npy", kind: "tensors", bytes: big },
  { name: "fortran.npy", kind: "tensors", bytes: fortran },
  { name: "texts.npy", kind: "tensors", bytes: npyBytes(headerText("|S2", "(2,)"), Uint8Array.of(65, 66, 67, 0)) },
  { name: "every.npz", kind: "tensors", bytes: await save(values, "every.npz") },
  { name: "deflated.npz", kind: "tensors", bytes: zipBytes([{ name: "a.npy", data: fortran, isDeflated: true }]) },
];

describe("the NumPy formats", () => {
  describeBothWays(plugin, plugin.manifest, async () => (await processes).program("npy"), {
    each: (load) => formatSuite(load, fixtures),
    both: (one, other) => sameFormatSuite(one, other, fixtures),
  });
});
