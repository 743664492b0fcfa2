import { expect, it } from "vitest";
import { levelIn, modulesIn } from "./log-variable.ts";
import { levelOf } from "./log-rules.ts";
import { moduleName } from "./module-name.ts";

it.each([
  ["hodu-format-onnx", "onnx"],
  ["hodu_format_onnx", "onnx"],
  ["ONNX", "onnx"],
  ["hodu-backend-interp", "interp"],
  ["hodu_plugin", "host"],
  ["hodu_core", "engine"],
  ["hodu-cli", "cli"],
  ["engine", "engine"],
  ["someones-plugin", "someones-plugin"],
])("%s is the module %s", (name, module) => {
  expect(moduleName(name)).toBe(module);
});

it("gives a module its own level, or that of all", () => {
  const rules = { level: "warn", modules: new Map([["onnx", "trace"]]) } as const;
  expect(levelOf(rules, "hodu-format-onnx")).toBe("trace");
  expect(levelOf(rules, "host")).toBe("warn");
});

it("takes HODU_LOG apart", () => {
  expect(levelIn("warn,a=debug")).toBe("warn");
  expect(levelIn("a=debug")).toBeUndefined();
  expect(modulesIn(" warn , a=debug,b=trace ")).toBe("a=debug,b=trace");
  expect(modulesIn("warn")).toBeUndefined();
});
