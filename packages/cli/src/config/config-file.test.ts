import { HoduError } from "@hodu/core";
import { expect, it } from "vitest";
import { readConfigFile } from "./config-file.ts";

function refusal(text: string): HoduError {
  try {
    readConfigFile("config.toml", text);
  } catch (error) {
    if (error instanceof HoduError) return error;
  }
  throw new Error("it was not refused");
}

it("reads the values of a file, and knows their lines", () => {
  const file = readConfigFile(
    "config.toml",
    '[runtime]\nmax_memory = 2048\n[formats]\nnpy = "mine"\n".PB" = "other"\n',
  );
  expect(file.values.get("runtime.max_memory")).toBe(2048);
  expect(file.values.get("formats")).toEqual(
    new Map([
      [".npy", "mine"],
      [".pb", "other"],
    ]),
  );
  expect(file.lineOf("runtime.max_memory")).toBe(2);
  expect(file.lineOf("formats")).toBe(3);
  expect(file.lineOf("build.opt_level")).toBeUndefined();
});

it("lists all that is wrong, in the order of the lines", () => {
  const { code, message, hint } = refusal('[runtime]\nthreads = 1\nmax_memory = "2 GB"\n[formats]\njson = "x"\n');
  expect(code).toBe("CONFIG");
  expect(message.split("\n")).toEqual([
    'Cannot use the configuration "config.toml": 3 settings are wrong',
    '  line 2: "runtime.threads" is not a setting; [runtime] may have num_threads, max_memory, timeout, gpu_memory_fraction and use_memory_pool',
    '  line 3: "runtime.max_memory" has "2 GB", expected a number of MB, 0 or more, such as 2048',
    '  line 5: "formats" has "json", expected another extension: .hdss, .hdt and .json are always Hodu\'s own',
  ]);
  expect(hint).toBe("hodu config unset runtime.threads");
});

it.each([
  ["max_memory = 1", 'did you mean "runtime.max_memory"?'],
  ["[runtime]\nnum_thread = 1", 'did you mean "runtime.num_threads"?'],
  ["[runtimes]\nnum_threads = 1", 'did you mean "runtime"?'],
  ['include = "other.toml"', '"include" is not a setting; the file may have plugins_dir, defaults'],
  ["'runtime.num_threads' = 1", '"runtime.num_threads" is not a setting'],
  ["[[runtime]]\nnum_threads = 1", '"runtime" has an array, expected a table with'],
  [
    "logging.modules = { a = 'loud' }",
    '"logging.modules" has "a" = "loud", expected error, warn, info, debug or trace',
  ],
  ["[formats]\nnpy = 'a'\n'.NPY' = 'b'", 'line 3: "formats" has ".NPY" twice, expected each name once'],
  ["runtime.num_threads = 9007199254740993", "has 9007199254740993, expected a whole number from 0 to 1024"],
  ["runtime.num_threads = 2021-01-01", "has a date"],
  ["__proto__.x = 1", '"__proto__" is not a setting'],
])("refuses %j", (text, message) => {
  expect(refusal(text).message).toContain(message);
});

it("shows no secret, wherever it stands", () => {
  const texts = [
    "[network]\nproxy = 'user:hunter2@x'",
    "[network]\nproxy = 'http://user:hunter2@x",
    "network.proxy = http://user:hunter2@x",
    "'http://user:hunter2@x' = 1",
    "[formats]\n'user:hunter2@x' = 1",
    "network = 'http://user:hunter2@x'",
    "network.proxy = ['http://user:hunter2@x']",
  ];
  for (const text of texts) expect(refusal(text).message).not.toContain("hunter2");
});

it("lists ten findings of many", { tags: ["long"] }, () => {
  const { message } = refusal(Array.from({ length: 60_000 }, (_, i) => `k${i} = 1\n`).join(""));
  expect(message.split("\n")).toHaveLength(12);
  expect(message).toContain("and 59990 more");
});
