import { expect, it } from "vitest";
import { makePinoLog, type PinoLogOptions } from "./pino-log.ts";

function logWith(options: Partial<PinoLogOptions> = {}) {
  const lines: string[] = [];
  const log = makePinoLog({
    rules: { level: "info", modules: new Map([["onnx", "trace"]]) },
    format: "compact",
    colors: false,
    isOnTerminal: true,
    output: (line) => lines.push(line),
    ...options,
  });
  return { log, lines };
}

it("writes a record before the call returns, if its module's level lets it through", () => {
  const { log, lines } = logWith();
  log.write("host", "debug", "no");
  log.write("host", "info", "yes");
  log.write("hodu-format-onnx", "trace", "details", { count: 1 });
  expect(lines).toEqual(["INFO: host: yes\n", "TRACE: hodu-format-onnx: details\n"]);
  expect(log.keeps("engine", "debug")).toBe(false);
  expect(log.keeps("onnx", "trace")).toBe(true);
});

it("starts a pretty line with the time", () => {
  const { log, lines } = logWith({ format: "pretty" });
  log.write("cli", "warn", "careful");
  expect(lines.join("")).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: cli: careful\n$/);
});

it("writes JSON with its fields, one object a line", () => {
  const { log, lines } = logWith({ format: "json" });
  log.write("host", "error", "a\nb %s {msg}", { file: "x\u009b" });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain("\u009b");
  expect(JSON.parse(lines[0])).toMatchObject({
    level: "error",
    module: "host",
    file: "x\u009b",
    msg: "a\nb %s {msg}",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
});

it.each(["pretty", "compact"] as const)(
  "lets no name act on a terminal or pass for a line of its own (%s)",
  (format) => {
    const { log, lines } = logWith({ format });
    log.write("host", "info", "x\u001b[2J\u202e\nERROR: forged %s {level}");
    const text = lines.join("");
    expect(text).toContain("x\\u{1b}[2J\\u{202e}\\nERROR: forged %s {level}");
    expect(text.match(/\n/g)).toHaveLength(1);
  },
);

it("colours only what is to be pretty", () => {
  for (const [format, isColored] of [
    ["pretty", true],
    ["compact", false],
  ] as const) {
    const { log, lines } = logWith({ format, colors: true });
    log.write("cli", "info", "x");
    expect(lines.join("").includes("\u001b[")).toBe(isColored);
  }
});
