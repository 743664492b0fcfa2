import { canonicalDevice } from "@hodu/engine";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { definitionOf, KEY_NAMES, variablesOf } from "./keys.ts";

/** The document's own file, every key of it. */
const DOCUMENT = [
  ["defaults.device", "cpu"],
  ["defaults.output_format", "pretty"],
  ["build.opt_level", 2],
  ["build.cache_enabled", true],
  ["build.cache_max_size", 1024],
  ["build.cache_ttl", 30],
  ["plugin.auto_update_check", true],
  ["plugin.update_check_interval", 7],
  ["runtime.num_threads", 0],
  ["runtime.gpu_memory_fraction", 0.9],
  ["runtime.use_memory_pool", true],
  ["logging.level", "info"],
  ["logging.format", "pretty"],
  ["updates.auto_check", true],
  ["updates.check_interval", 7],
  ["updates.include_prerelease", false],
  ["network.timeout", 30],
  ["network.insecure", false],
] as const;

it.each(DOCUMENT)("%s has the default of the document", (name, value) => {
  expect(definitionOf(name).default).toBe(value);
});

it("has the default order of backends that was decided", () => {
  expect(definitionOf("backends.priority").default).toEqual(["cuda", "metal", "cpu", "wasm", "interp"]);
});

describe.each(KEY_NAMES)("%s", (name) => {
  const { kind, default: value } = definitionOf(name);

  it("reads its example, and what it writes", () => {
    const example = kind.parse(kind.example);
    if (!("value" in example)) throw new Error(`the example ${kind.example} is refused`);
    expect(kind.parse(kind.format(example.value))).toEqual(example);
    expect(kind.read(parse(`x = ${kind.literal(example.value)}`).x)).toEqual(example);
  });

  it("reads its default", () => {
    if (value === undefined) return;
    expect(kind.parse(kind.format(value))).toEqual({ value });
    expect(kind.read(parse(`x = ${kind.literal(value)}`).x)).toEqual({ value });
  });

  it.each([null, Number.NaN, -1, Number.POSITIVE_INFINITY, 2n ** 70n, { a: { b: { c: 1 } } }, [[]], new Date(0), ""])(
    "refuses %s",
    (wrong) => {
      expect(kind.read(wrong)).toHaveProperty("problems");
    },
  );

  it("has a variable of its own name", () => {
    expect(variablesOf(name).at(-1)?.name).toBe(`HODU_${name.toUpperCase().replaceAll(".", "_")}`);
  });
});

it.each(["cpu", "CUDA:1", "cuda::0", "metal", "my-device_2"])("takes %s for a device, as the engine does", (name) => {
  expect(definitionOf("defaults.device").kind.parse(name)).toEqual({ value: name });
  expect(canonicalDevice(name)).toBeTypeOf("string");
});

it.each([
  ["30", 30_000],
  ["1.5s", 1500],
  ["500ms", 500],
  ["2m", 120_000],
  ["1h", 3_600_000],
])("reads the time %s", (text, value) => {
  expect(definitionOf("runtime.timeout").kind.parse(text)).toEqual({ value });
});
