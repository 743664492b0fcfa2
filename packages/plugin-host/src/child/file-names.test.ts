import { describe, expect, it } from "vitest";
import { refuseHidden, refuseStranger } from "./file-names.ts";

const POLICY = expect.objectContaining({ code: "POLICY" }) as Error;

describe("what a plugin's process gets of the files around those that it was given", () => {
  it.each(["w.bin", "sub/w.bin", "./w.bin", "a..b", "w.", "../allowed/.by-name", "/allowed/.by-name"])(
    "is %j to read, where it is",
    (name) => expect(() => refuseHidden("m.onnx", name)).not.toThrow(),
  );

  it.each([".env", ".ssh/id_ed25519", "sub/.x", "./.env", "sub/../.ssh/key", "sub/./.x", "..."])(
    "is not %j, which is hidden",
    (name) => expect(() => refuseHidden("m.onnx", name)).toThrow(POLICY),
  );

  it.each([
    ["m.onnx", "m.onnx.data"],
    ["m.onnx", "m.weights"],
    ["m.onnx", "m-00001.bin"],
    ["m", "m_weights"],
    [".m.onnx", ".m.data"],
  ])("is beside %j the output %j", (owner, name) => expect(() => refuseStranger(owner, name)).not.toThrow());

  it.each([
    ["m.onnx", ".bashrc"],
    ["m.onnx", "Makefile"],
    ["m.onnx", "mine"],
    ["Makefile.onnx", "Makefile"],
    ["m.onnx", "n.onnx"],
    [".m.onnx", ".bashrc"],
  ])("is not beside %j the output %j", (owner, name) => expect(() => refuseStranger(owner, name)).toThrow(POLICY));
});
