import { existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { intAttribute, node, oneNode, value } from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { DIGITS, hodu, ROOT, temporaryFolder } from "./hodu.ts";
import { writeModel } from "./models.ts";

/** Where `npm run bench -- --suite compiled` puts it: too large to be installed for this alone. */
const CACHE = join(ROOT, "node_modules/.cache");
const NAME = existsSync(CACHE) ? readdirSync(CACHE).find((name) => name.startsWith("onnxruntime-node-")) : undefined;
const WHY = NAME === undefined ? " (skipped: `npm run bench -- --suite compiled` has not installed it)" : "";

/** ONNX's numbers of dtypes. */
const [I64, F16, BF16] = [7, 10, 16];

describe.skipIf(NAME === undefined)(`hodu compare --against onnxruntime${WHY}`, { timeout: 60_000 }, () => {
  const folder = temporaryFolder();
  beforeAll(() => {
    writeFileSync(join(folder, "package.json"), "{}\n");
    symlinkSync(join(CACHE, NAME!, "node_modules"), join(folder, "node_modules"), "junction");
  });

  const compare = (path: string, ...more: string[]) =>
    hodu(["compare", path, "--backend", "wasm", "--against", "onnxruntime", ...more], { cwd: folder });

  it("looks at every operator of both", async () => {
    const { status, stdout } = await compare(join(DIGITS, "model.onnx"), "--dim", "batch=2");
    expect(stdout).toMatch(
      /^Compared wasm with onnxruntime, operator by operator: (\d+) of \1 looked at\nEvery operator of wasm is within its accuracy class\nEvery operator of onnxruntime is within its accuracy class\n$/,
    );
    expect(status).toBe(0);
  });

  it("takes and gives halves", async () => {
    const types = { input: [value("x", [8], F16)], output: [value("y", [8], F16)] };
    const { status, stdout } = await compare(writeModel(folder, "half.onnx", oneNode({ opType: "Exp" }, types)));
    expect(stdout).toContain("1 of 1 looked at");
    expect(status).toBe(0);
  });

  it("looks at tensors only, and says that it has not looked at the rest", async () => {
    const path = writeModel(folder, "sequence.onnx", {
      name: "g",
      input: [value("x", [4])],
      output: [value("y", [4]), value("length", [], I64)],
      node: [
        node("Neg", ["x"], ["y"]),
        node("SplitToSequence", ["y"], ["parts"], [intAttribute("axis", 0)]),
        node("SequenceLength", ["parts"], ["length"]),
      ],
    });
    const { status, stdout } = await compare(path);
    expect(stdout).toContain("1 of 3 looked at\nEvery operator of wasm that was looked at is within");
    expect(status).toBe(0);
  });

  it("passes on why it refuses a model", async () => {
    const types = { input: [value("x", [8], BF16)], output: [value("y", [8], BF16)] };
    const { status, stderr } = await compare(writeModel(folder, "bf16.onnx", oneNode({ opType: "Neg" }, types)));
    expect(stderr).toContain("Cannot compare with onnxruntime: it says: ");
    expect(status).toBe(65);
  });
});
