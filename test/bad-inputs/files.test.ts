/** Rows 57 to 71, 77 to 79, 82 and 83 of the list of inputs that must be refused: files, through the command. */
import { execFileSync, spawnSync } from "node:child_process";
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  floats,
  type GraphInit,
  graphAttribute,
  int64s,
  intAttribute,
  modelBytes,
  type ModelInit,
  node,
  type NodeInit,
  oneNode,
  type TensorInit,
  value,
} from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { Workshop } from "./command.ts";

const workshop = new Workshop();
const { folder } = workshop;
const hasCompiler = ["clang", "gcc"].some((name) => spawnSync(name, ["--version"]).error === undefined);

const bytesOf = (start: string): Uint8Array => Uint8Array.from(start, (character) => character.charCodeAt(0));
const good = modelBytes(oneNode({ opType: "Add", input: ["x", "w"] }, { initializer: [floats("w", [1], [1])] }));

const graph = (...nodes: NodeInit[]): GraphInit => ({
  name: "g",
  input: [value("x")],
  output: [value("y")],
  node: nodes,
});
const withWeight = (init: TensorInit): GraphInit =>
  oneNode({ opType: "Add", input: ["x", "w"] }, { initializer: [{ name: "w", ...init }] });

describe("row 57: files that are no message", () => {
  let state = 1;
  const noise = Uint8Array.from({ length: 4096 }, () => (state = (state * 48_271) % 2_147_483_647) >> 8);
  test.each([
    ["an empty file", new Uint8Array(0), "an empty file"],
    ["a file that was cut off", good.subarray(0, good.length - 20), "byte"],
    ["4 KB of noise", noise, "Cannot read"],
  ])("%s", async (_, bytes, message) => {
    await workshop.expectRejectedModel(workshop.write(bytes), message);
  });
});

describe("rows 58 to 64: external data", () => {
  const outside = new Workshop().folder;
  writeFileSync(join(outside, "secret"), new Uint8Array(8));
  writeFileSync(join(folder, "w.bin"), new Uint8Array(64));
  mkdirSync(join(folder, "sub"));
  symlinkSync(join(outside, "secret"), join(folder, "link.bin"));
  symlinkSync(outside, join(folder, "linked"));
  linkSync(join(outside, "secret"), join(folder, "hard.bin"));
  execFileSync("mkfifo", [join(folder, "pipe")]);

  const external = (entries: Readonly<Record<string, string>>): string => {
    const externalData = Object.entries(entries).map(([key, text]) => ({ key, value: text }));
    return workshop.model(withWeight({ dims: [2n], dataType: 1, dataLocation: 1, externalData }));
  };

  test.each([
    ["row 58", "../secret"],
    ["row 58", "sub/../../secret"],
    ["row 58", "/etc/hostname"],
    ["row 59: a symbolic link", "link.bin"],
    ["row 59: a folder that is one", "linked/secret"],
    ["row 60: a hard link", "hard.bin"],
  ])("%s, %s is forbidden", async (_, location) => {
    await workshop.expectRejectedModel(external({ location }), "--allow-external", 77);
  });

  test.each([
    ["row 61: NUL in the path", { location: "w.bin\0.txt" }],
    ["row 62: no such file", { location: "missing.bin" }],
    ["row 62: no name", { location: "" }],
    ["row 62: a folder", { location: "sub" }],
    ["row 62: a pipe", { location: "pipe" }],
    ["row 62: a device", { location: "/dev/zero" }],
    ["row 63: a negative offset", { location: "w.bin", offset: "-8" }],
    ["row 63: a hexadecimal offset", { location: "w.bin", offset: "0x8" }],
    ["row 63: an offset of 2^50", { location: "w.bin", offset: String(2 ** 50) }],
    ["row 63: an offset past the end", { location: "w.bin", offset: "60" }],
    ["row 63: a negative length", { location: "w.bin", length: "-8" }],
    ["row 63: a length of 2^50", { location: "w.bin", length: String(2 ** 50) }],
    ["row 63: a length of another size", { location: "w.bin", length: "4" }],
  ] as readonly (readonly [string, Readonly<Record<string, string>>])[])("%s", async (_, entries) => {
    await workshop.expectRejectedModel(external(entries), '"w"');
  });

  test("row 64: an unknown key is warned of", async () => {
    const path = external({ location: "w.bin", length: "8", __class__: "x" });
    const { status, stderr } = await workshop.within(["run", path, "-i", "x=-"], { input: "[1, 2]" });
    expect(status).toBe(0);
    expect(stderr).toContain("__class__");
  });
});

describe("rows 65 to 69: tensors and graphs", () => {
  const rawData = new Uint8Array(8);
  const cases: Readonly<Record<string, readonly [GraphInit, string, Omit<ModelInit, "graph">?]>> = {
    "row 65: raw_data too short": [withWeight({ dims: [3n], dataType: 1, rawData }), "raw_data"],
    "row 65: raw_data too long": [withWeight({ dims: [1n], dataType: 1, rawData }), "raw_data"],
    "row 66: dims past 2^64": [withWeight({ dims: [2n ** 32n, 2n ** 32n], dataType: 1, rawData }), '"w"'],
    "row 66: dims that wrap to 0": [withWeight({ dims: [2n ** 62n, 4n], dataType: 2, rawData }), '"w"'],
    "row 66: a negative dim": [withWeight({ dims: [-2n], dataType: 1, rawData }), "-2"],
    "row 66: an unknown data type": [withWeight({ dims: [2n], dataType: 99, rawData }), "99"],
    "row 67: values in two fields": [withWeight({ dims: [2n], dataType: 1, rawData, floatData: [rawData] }), '"w"'],
    "row 67: strings in raw_data": [withWeight({ dims: [2n], dataType: 8, rawData }), '"w"'],
    "row 68: a cycle": [
      graph(node("Add", ["x", "b"], ["a"]), node("Neg", ["a"], ["b"]), node("Neg", ["b"], ["y"])),
      '"b"',
    ],
    "row 68: a value that is made twice": [graph(node("Neg", ["x"], ["y"]), node("Abs", ["x"], ["y"])), '"y"'],
    "row 68: an input that nothing makes": [graph(node("Add", ["x", "nowhere"], ["y"])), '"nowhere"'],
    "row 68: unsorted nodes": [graph(node("Neg", ["a"], ["y"]), node("Neg", ["x"], ["a"])), '"a"'],
    "row 69: an unknown operator": [graph(node("Frobnicate", ["x"], ["y"])), "Frobnicate"],
    "row 69: an unknown domain": [graph({ ...node("Gelu", ["x"], ["y"]), domain: "com.example" }), "com.example"],
    "row 69: no opset": [graph(node("Neg", ["x"], ["y"])), "opset", { opsetImport: [] }],
    "row 69: opset 9,999": [
      graph(node("Neg", ["x"], ["y"])),
      "9999",
      { opsetImport: [{ domain: "", version: 9999n }] },
    ],
    "row 69: IR version 9,999": [graph(node("Neg", ["x"], ["y"])), "9999", { irVersion: 9999n }],
  };
  test.each(Object.entries(cases))("%s", async (_, [model, message, rest]) => {
    await workshop.expectRejectedModel(workshop.model(model, rest), message);
  });
});

describe("row 71: names", () => {
  const opsetImport = [
    { domain: "", version: 21n },
    { domain: "local", version: 1n },
  ];
  const local = (name: string, callee: string) => ({
    name,
    domain: "local",
    input: ["a"],
    output: ["b"],
    opsetImport: [{ domain: "local", version: 1n }],
    node: [{ ...node(callee, ["a"], ["b"]), domain: "local" }],
  });

  test("functions that call themselves or each other", async () => {
    const call = oneNode({ opType: "A", domain: "local" });
    for (const functions of [[local("A", "A")], [local("A", "B"), local("B", "A")]]) {
      await workshop.expectRejectedModel(workshop.model(call, { opsetImport, functions }), "itself");
    }
  });

  test("a subgraph that takes a name of the graph around it", async () => {
    const branch = (name: string): GraphInit => ({ name, output: [value("x")], node: [node("Neg", ["x"], ["x"])] });
    const branches = [graphAttribute("then_branch", branch("t")), graphAttribute("else_branch", branch("e"))];
    const on = { name: "on", dims: [], dataType: 9, rawData: Uint8Array.of(1) };
    const shadowing = oneNode(node("If", ["on"], ["y"], branches), { initializer: [on] });
    await workshop.expectRejectedModel(workshop.model(shadowing), '"x"');
  });
});

describe("row 77: large graphs and names", () => {
  test("a chain of 100,000 nodes runs", async () => {
    const count = 100_000;
    const path = workshop.model({
      name: "g",
      input: [value("v0")],
      output: [value(`v${count}`)],
      node: Array.from({ length: count }, (_, i) => node("Neg", [`v${i}`], [`v${i + 1}`])),
    });
    // It is no refusal: what such a model takes is its own.
    const { status, stdout } = await workshop.hodu(["run", path, "-i", "v0=-"], { input: "[3]" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("[3]") });
    expect((await workshop.hodu(["inspect", path])).stdout).toContain("Neg: 100000");
  });

  test("a Concat of 10,000 inputs runs", async () => {
    const wide = node("Concat", new Array<string>(10_000).fill("x"), ["y"], [intAttribute("axis", 0)]);
    const path = workshop.model(oneNode(wide, { output: [value("y", ["m"])] }));
    const { status, stdout } = await workshop.within(["run", path, "-i", "x=-"], { input: "[3]" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("f32[10000]") });
  });

  test("an operator's name of 1 MB", async () => {
    const path = workshop.model(oneNode({ opType: "A".repeat(2 ** 20) }));
    const { stderr } = await workshop.expectRefused(65, "1048576 characters", ["inspect", path]);
    expect(stderr.length).toBeLessThan(2000);
    await workshop.expectRejectedModel(path, "1048576 characters");
  });
});

describe("row 78: names that a terminal acts on, or that end a text", () => {
  const strange = [
    ["a quote", 'x";system("id");//'],
    ["a line break", "x\nError: forged\rhint: forged"],
    ["the end of a comment", "x*/"],
    ["a directive", "%n%s"],
    ["NUL", "x\0y"],
    ["a keyword", "int"],
    ["text from right to left", "x\u202egnp.exe"],
    ["an escape sequence", "x\u001b[31mred\u001b]0;title\u0007"],
    ["a name of every object", "__proto__"],
    ["a method's name", "constructor"],
  ] as const;
  const active = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u;
  const expectQuiet = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): void => {
    for (const text of [stdout, stderr]) {
      expect(text).not.toMatch(active);
      expect(text).not.toMatch(/^(Error|hint): forged/m);
    }
  };

  test.each(strange)(
    "%s is shown escaped, and works",
    async (_, name) => {
      const output = `${name}'`;
      const path = workshop.model(
        {
          name,
          input: [value(name, [name])],
          output: [value(output, [name])],
          node: [{ ...node("Neg", [name], [output]), name }],
        },
        { producerName: name, metadataProps: [{ key: name, value: name }] },
      );
      const run = await workshop.within(["run", path, "-i", "-", "--verbose"], { input: "[3]" });
      expect({ status: run.status, stdout: run.stdout }).toEqual({
        status: 0,
        stdout: expect.stringContaining("[-3]"),
      });
      const json = await workshop.hodu(["run", path, "-i", "-", "--json"], { input: "[3]" });
      expect((JSON.parse(json.stdout) as { outputs: Record<string, { data: unknown }> }).outputs[output]!.data).toEqual(
        [-3],
      );
      const inspected = await workshop.hodu(["inspect", path, "--json", "--verbose"]);
      expect(JSON.parse(inspected.stdout)).toMatchObject({ inputs: [{ name }], outputs: [{ name: output }] });
      const others = [
        await workshop.hodu(["inspect", path, "--verbose"]),
        await workshop.hodu(["run", path]),
        await workshop.hodu(["run", path, "--random-inputs"]),
        await workshop.hodu(["run", path, "-i", "-"], { input: "[[3]]" }),
        await workshop.hodu(["run", path, "-i", "-", "--expect", "-"], { input: "[3]" }),
      ];
      for (const finished of [run, json, inspected, ...others]) expectQuiet(finished);
    },
    60_000,
  );

  test.skipIf(!hasCompiler)(
    "all of them, in nodes and values, stay in comments of compiled code",
    async () => {
      const names = strange.map(([, name]) => name);
      const values = ["x", ...names.map((name) => `${name}'`)];
      const nodes = names.map((name, i) => ({ ...node("Neg", [values[i]], [values[i + 1]]), name }));
      const output = values[values.length - 1];
      const path = workshop.model({ name: "g", input: [value("x", [3])], output: [value(output, [3])], node: nodes });
      for (const level of ["0", "3"]) {
        const args = ["run", path, "-i", "-", "--backend", "cpu", "--no-cache", "-O", level];
        const run = await workshop.hodu(args, { input: "[3, 4, 5]" });
        expect({ status: run.status, stdout: run.stdout }).toEqual({
          status: 0,
          stdout: expect.stringContaining("[3, 4, 5]"),
        });
        expectQuiet(run);
      }
    },
    60_000,
  );

  test.each(strange)(
    "%s as operator, domain, attribute or file name is refused escaped",
    async (_, name) => {
      const external: TensorInit = {
        dims: [2n],
        dataType: 1,
        dataLocation: 1,
        externalData: [{ key: "location", value: name }],
      };
      for (const model of [
        oneNode({ opType: name, name }),
        oneNode({ opType: "Neg", domain: name, name }),
        oneNode({ opType: "Neg", attribute: [intAttribute(name, 1)], name }),
        oneNode({ opType: "Neg", input: [`${name}?`], name }),
        withWeight({ ...external, name }),
      ]) {
        const finished = await workshop.within(["inspect", workshop.model(model)]);
        expect([65, 77]).toContain(finished.status);
        expectQuiet(finished);
      }
    },
    60_000,
  );
});

describe("row 79: sparse and packed tensors", () => {
  const sparse = (dims: readonly bigint[], indices: readonly number[]): GraphInit => {
    const values = floats("w", [indices.length], indices);
    const sparseInitializer = [{ dims: [...dims], values, indices: int64s("", [indices.length], indices) }];
    return oneNode({ opType: "Add", input: ["x", "w"] }, { sparseInitializer });
  };
  test.each([
    ["an index out of range", sparse([2n, 3n], [0, 6])],
    ["a negative index", sparse([2n, 3n], [-1, 2])],
    ["unsorted indices", sparse([2n, 3n], [3, 1])],
    ["an index twice", sparse([2n, 3n], [2, 2])],
    ["dims out of all proportion", sparse([2n ** 40n], [0])],
    [
      "an odd number of 4-bit elements in too few bytes",
      withWeight({ dims: [5n], dataType: 22, rawData: new Uint8Array(2) }),
    ],
    [
      "an odd number of 4-bit elements in too many bytes",
      withWeight({ dims: [5n], dataType: 22, rawData: new Uint8Array(5) }),
    ],
  ])("%s", async (_, model) => {
    await workshop.expectRejectedModel(workshop.model(model), '"w"');
  });
});

describe("row 82: tensors as JSON", () => {
  const path = workshop.model(oneNode({ opType: "Neg" }));
  const whole = workshop.model(
    oneNode({ opType: "Neg" }, { input: [value("x", ["n"], 7)], output: [value("y", ["n"], 7)] }),
  );
  test.each([
    ["101 levels", "[".repeat(101) + "]".repeat(101)],
    ["a million levels", "[".repeat(1_000_000)],
    ["1e400", "[1e400]"],
    ["NaN that is no string", "[NaN]"],
    ["ragged rows", "[[1, 2], [3]]"],
    ["half of a surrogate pair", '{"dtype": "string", "data": ["\\ud800"]}'],
    ["a shape past all memory", '{"dtype": "f32", "shape": [1000000000, 1000000], "data": [1]}'],
  ])("%s", async (_, json) => {
    await workshop.expectRefused(65, "Cannot read tensor file", ["run", path, "-i", "x=-"], { input: json });
    const file = workshop.write(json, `${json.length}.json`);
    await workshop.expectRefused(65, ".json", ["run", path, "-i", `x=${file}`]);
  });

  test("2^53 + 1 is exact as int64", async () => {
    const { stdout } = await workshop.within(["run", whole, "-i", "x=-", "--json"], { input: "[9007199254740993]" });
    expect(stdout).toContain("-9007199254740993");
  });
});

describe("row 83: content of another kind than the name says", () => {
  test.each([
    ["a zip archive", "PK\x03\x04"],
    ["a Python pickle", "\x80\x04\x95"],
    ["a zip archive", "PK\x03\x04\x80\x04\x95polyglot"],
    ["an .npy file", "\x93NUMPY"],
    ["a GGUF file", "GGUF\x03\0\0\0"],
    ["a safetensors file", '\x10\0\0\0\0\0\0\0{"a":{}}'],
  ])("%s named .onnx", async (kind, start) => {
    await workshop.expectRejectedModel(workshop.write(bytesOf(start)), kind);
  });

  test.each([
    [".npy", 66],
    [".pb", 65],
    [".json", 65],
    [".gguf", 66],
  ])("an ONNX model named %s", async (extension, status) => {
    const path = workshop.write(good, `model${extension}`);
    const neg = workshop.model(oneNode({ opType: "Neg" }));
    const { stderr } = await workshop.within(["run", neg, "-i", `x=${path}`]);
    expect(stderr).toMatch(/^Error: Cannot /m);
    expect([65, status]).toContain((await workshop.within(["run", neg, "-i", `x=${path}`])).status);
    expect(stderr).toContain(extension === ".gguf" ? ".gguf" : "ONNX model");
  });
});

describe("a model that is mostly a hole", () => {
  test("a file of 10 GB that is no message is refused at once", async () => {
    const path = workshop.write(good, "hole.onnx");
    truncateSync(path, 10 * 2 ** 30);
    await workshop.expectRejectedModel(path, "hole.onnx");
  });
});
