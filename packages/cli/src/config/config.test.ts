import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoduError } from "@hodu/core";
import { afterAll, expect, it } from "vitest";
import { openConfig } from "./config.ts";
import { configPath } from "./config-path.ts";

const HODU_HOME = mkdtempSync(join(tmpdir(), "hodu-config-"));
afterAll(() => rmSync(HODU_HOME, { recursive: true }));
const file = join(HODU_HOME, "config.toml");
writeFileSync(file, "[runtime]\ntimeout = 3\nnum_threads = 3\n[logging.modules]\nonnx = 'trace'\n");

it("takes the option before the variable, that before the file, and the file before the default", async () => {
  const none = await openConfig({ HODU_HOME: join(HODU_HOME, "none") });
  expect(none.get("runtime.timeout")).toEqual({ value: undefined, origin: { from: "default" } });
  const plain = await openConfig({ HODU_HOME });
  expect(plain.get("runtime.timeout")).toEqual({ value: 3000, origin: { from: "file", file, line: 2 } });
  const both = await openConfig({ HODU_HOME, HODU_TIMEOUT: "2" });
  const variable = { from: "environment", variable: "HODU_TIMEOUT" };
  expect(both.get("runtime.timeout")).toEqual({ value: 2000, origin: variable });
  expect(both.get("runtime.timeout", "1")).toEqual({ value: 1000, origin: { from: "flag", flag: "--timeout" } });
});

it("takes a variable by the key's name, the document's name first; an empty one is none", async () => {
  const config = await openConfig({
    HODU_HOME,
    HODU_THREADS: "",
    HODU_RUNTIME_NUM_THREADS: "5",
    HODU_BUILD_OPT_LEVEL: "1",
  });
  expect(config.get("runtime.num_threads").value).toBe(5);
  expect(config.get("build.opt_level").value).toBe(1);
  const both = await openConfig({ HODU_HOME, HODU_THREADS: "4", HODU_RUNTIME_NUM_THREADS: "5" });
  expect(both.get("runtime.num_threads").value).toBe(4);
});

it("takes HODU_LOG apart: a level, and levels of modules", async () => {
  const config = await openConfig({ HODU_HOME, HODU_LOG: "warn, hodu_plugin=debug,hodu-format-onnx=error" });
  expect(config.get("logging.level").value).toBe("warn");
  expect(config.get("logging.modules").value).toEqual(
    new Map([
      ["host", "debug"],
      ["onnx", "error"],
    ]),
  );
  const level = await openConfig({ HODU_HOME, HODU_LOG: "debug" });
  expect(level.get("logging.modules").value).toEqual(new Map([["onnx", "trace"]]));
});

it("asks for no variable that nobody reads", async () => {
  const config = await openConfig({ HODU_HOME, HODU_THREADS: "many", HTTPS_PROXY: "host:80" });
  expect(config.get("runtime.max_memory").value).toBeUndefined();
  const refused = expect.objectContaining({ code: "CONFIG", hint: "unset HODU_THREADS" });
  expect(() => config.get("runtime.num_threads")).toThrow(refused);
});

it("names the option that has a wrong value", async () => {
  const config = await openConfig({ HODU_HOME });
  expect(() => config.get("runtime.timeout", "soon")).toThrow(expect.objectContaining({ code: "BAD_USAGE" }));
  expect(() => config.get("defaults.device", "")).toThrow('Cannot use --device "": expected a device');
});

it("does not show the password of a proxy that is no address", async () => {
  const config = await openConfig({ HODU_HOME, HTTPS_PROXY: "me:hunter2@host" });
  let message = "";
  try {
    config.get("network.proxy");
  } catch (error) {
    if (error instanceof HoduError) ({ message } = error);
  }
  expect(message).toContain('HTTPS_PROXY="***@host"');
});

it("has its file where HODU_HOME says, else in the home folder", () => {
  expect(configPath({ HODU_HOME })).toBe(file);
  expect(configPath({})).toMatch(/[/\\]\.hodu[/\\]config\.toml$/);
});
