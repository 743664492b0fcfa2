/** Our .npy and .npz files against those of numpy, in both directions. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bytesOfTensor, type DType, elementCount, type Tensor, tensorFrom, tensorFromBytes } from "@hodu/core";
import type { NamedValue } from "hodu-plugin-sdk";
import { afterAll, describe, expect, it } from "vitest";
import { load, save } from "../../plugins/format-npy/src/testing/build-npy.ts";
import { findPython } from "../../tools/python-packages.ts";

/** An array as numpy tells of it. */
interface Facts {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly raw?: string;
  readonly texts?: readonly string[];
}
/** What a file holds, by name. */
type Contents = Readonly<Record<string, Facts>>;

/** Our dtypes by numpy's kinds and sizes. */
const DTYPES: Readonly<Record<string, DType>> = {
  b1: "bool",
  i1: "i8",
  i2: "i16",
  i4: "i32",
  i8: "i64",
  u1: "u8",
  u2: "u16",
  u4: "u32",
  u8: "u64",
  f2: "f16",
  f4: "f32",
  f8: "f64",
  c8: "c64",
  c16: "c128",
};

const python = findPython();
const folder = mkdtempSync(join(tmpdir(), "hodu-peers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const script = fileURLToPath(new URL("fixtures/numpy_peer.py", import.meta.url));

function ask<T>(...args: readonly string[]): T {
  const output = execFileSync(python.interpreter ?? "", [script, ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
  return JSON.parse(output) as T;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)));

function tensorOf({ value }: NamedValue): Tensor {
  if (value.kind !== "tensor") throw new Error(value.kind);
  return value;
}

/** Values as numpy would tell of them. */
function contentsOf(values: readonly NamedValue[]): Contents {
  const names = new Map(Object.entries(DTYPES).map(([name, dtype]) => [dtype, name]));
  return Object.fromEntries(
    values.map((named) => {
      const tensor = tensorOf(named);
      const { dtype, shape } = tensor;
      if (dtype === "string") return [named.name, { dtype: "U", shape, texts: textsOf(tensor) }];
      return [named.name, { dtype: names.get(dtype) ?? dtype, shape, raw: hex(bytesOfTensor(tensor)) }];
    }),
  );
}

/** The texts of a tensor in C order, by way of the bytes that files of ours have. */
function textsOf(tensor: Tensor): string[] {
  const bytes = Buffer.from(bytesOfTensor(tensor));
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32LE(at)) {
    texts.push(bytes.toString("utf8", at + 4, at + 4 + bytes.readUInt32LE(at)));
  }
  return texts;
}

/** We tell no texts in bytes from others. */
const known = (contents: Contents): Contents =>
  Object.fromEntries(
    Object.entries(contents).map(([name, facts]) => [name, facts.dtype === "S" ? { ...facts, dtype: "U" } : facts]),
  );

const skipped = python.reason === undefined ? "" : ` (skipped: ${python.reason})`;

describe.skipIf(python.reason !== undefined)(`numpy${skipped}`, () => {
  const files = python.reason === undefined ? ask<Record<string, Contents>>("write", folder) : {};
  const names = Object.keys(files);

  it("writes files that we read", async () => {
    expect(names.length).toBeGreaterThan(290);
    for (const name of names) {
      const { values } = await load(bytesOf(name), name);
      expect({ name, contents: contentsOf(values) }).toEqual({ name, contents: known(files[name]) });
    }
  });

  it("gives the bytes that we give when we write what it wrote, in C order and little-endian", async () => {
    const arrays = names.filter((name) => name.endsWith(".npy") && !name.startsWith("texts-bytes"));
    const little = arrays.filter((name) => !name.includes("big"));
    const theirs = ask<readonly string[]>("again", ...little.map((name) => join(folder, name)));
    for (const [i, name] of little.entries()) {
      const { values } = await load(bytesOf(name), name);
      expect({ name, bytes: hex(await save(values, name)) }).toEqual({ name, bytes: theirs[i] });
    }
    const same = little.filter((name) => !/fortran|version|transposed/.test(name));
    expect(same.length).toBeGreaterThan(100);
    for (const name of same) expect(hex(bytesOf(name))).toBe(theirs[little.indexOf(name)]);
  });

  it("reads every dtype and shape that we write, alone and in an archive", async () => {
    const shapes = [[], [5], [2, 3], [1, 2, 3, 4], [0], [2, 0]];
    const written = Object.entries(DTYPES).flatMap(([name, dtype]) =>
      shapes.map((shape) => ({
        name: `${name} of [${shape.join()}]`,
        value: ramp(dtype, Number(name.slice(1)), shape),
      })),
    );
    const texts = tensorFrom("string", [2, 2], ["h\u00e9", "", "\u{1f600}x", "a\0b"]);
    const values: NamedValue[] = [...written, { name: "\u00e9/__proto__", value: texts }];
    const paths = values.map((_, i) => join(folder, `ours-${i}.npy`));
    for (const [i, { value }] of values.entries()) writeFileSync(paths[i], await save([{ name: "", value }], paths[i]));
    const archive = join(folder, "ours.npz");
    writeFileSync(archive, await save(values, archive));
    const contents = ask<readonly Contents[]>("read", ...paths, archive);
    expect(contents.at(-1)).toEqual(contentsOf(values));
    expect(contents.slice(0, -1)).toEqual(values.map(({ value }) => contentsOf([{ name: "", value }])));
  });

  it("has members in its archives whose bytes are those in ours", async () => {
    const { values } = await load(bytesOf("stored.npz"), "stored.npz");
    const plain = values.filter(({ name }) => !/fortran|big|transposed|bytes/.test(name));
    expect(plain.length).toBeGreaterThan(90);
    const ours = Buffer.from(await save(plain, "x.npz"));
    for (const named of plain) {
      const member = await save([{ name: "", value: named.value }], "x.npy");
      expect(ours.includes(Buffer.from(member))).toBe(true);
      expect(Buffer.from(bytesOf("stored.npz")).includes(Buffer.from(member))).toBe(true);
    }
  });
});

function ramp(dtype: DType, width: number, shape: readonly number[]): Tensor {
  const bytes = new Uint8Array(elementCount(shape) * width).map((_, i) => i * 37);
  return tensorFromBytes(dtype, shape, dtype === "bool" ? bytes.map((byte) => byte & 1) : bytes);
}
