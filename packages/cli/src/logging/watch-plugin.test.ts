import type { CallContext, LogLevel } from "hodu-plugin-sdk";
import { bytesSource } from "hodu-plugin-sdk";
import { expect, it } from "vitest";
import { FORMATS } from "../plugins/built-in.ts";
import type { Log } from "./log.ts";
import { watchPlugin } from "./watch-plugin.ts";

function recorder(isOnTerminal: boolean): { readonly log: Log; readonly records: string[] } {
  const records: string[] = [];
  const keeps = (_: string, level: LogLevel): boolean => level !== "trace";
  return {
    records,
    log: {
      isOnTerminal,
      keeps,
      write: (module, level, message) => {
        records.push(`${level} ${module}: ${message.replace(/[\d.]+ ms$/, "N ms")}`);
      },
    },
  };
}

function context(): { readonly call: CallContext; readonly told: string[] } {
  const told: string[] = [];
  const call: CallContext = {
    signal: new AbortController().signal,
    log: (level, message) => told.push(`${level} ${message}`),
    progress() {},
  };
  return { call, told };
}

const text = (json: string) => bytesSource("x.json", new TextEncoder().encode(json));

it("logs that a plugin was loaded and called, and how its calls end", async () => {
  const { log, records } = recorder(false);
  const plugin = await watchPlugin(FORMATS, log).load();
  const json = plugin.formats?.json;
  await json?.loadTensors?.(text('{"dtype": "f32", "data": [1, 2]}'), {}, context().call);
  await expect(json?.loadTensors?.(text("[1"), {}, context().call)).rejects.toThrow("Cannot");
  const id = FORMATS.manifest.id;
  expect(records).toEqual([
    `debug host: ${id}: load ${FORMATS.manifest.version} took N ms`,
    `debug host: ${id}: read tensors x.json took N ms`,
    `debug host: ${id}: read tensors x.json failed after N ms`,
  ]);
});

it.each([
  [true, ["trace c"]],
  [false, ["warn a", "info b", "trace c"]],
])(
  "logs under a plugin's id what it says; a person sees it once (log on the terminal: %s)",
  async (isOnTerminal, shown) => {
    const { log, records } = recorder(isOnTerminal);
    const { call, told } = context();
    const talker = {
      ...FORMATS,
      load: async () => ({
        manifest: FORMATS.manifest,
        dispose: async () => {},
        formats: {
          json: {
            loadTensors: async (_: unknown, __: unknown, inner: CallContext) => {
              inner.log("warn", "a");
              inner.log("info", "b");
              inner.log("trace", "c");
              return { values: [], metadata: [] };
            },
          },
        },
      }),
    };
    const plugin = await watchPlugin(talker, log).load();
    await plugin.formats?.json?.loadTensors?.(text(""), {}, call);
    expect(told).toEqual(shown);
    expect(records.filter((record) => record.includes(`${FORMATS.manifest.id}: `) && !record.includes("host"))).toEqual(
      ["warn", "info", "trace"].map((level, i) => `${level} ${FORMATS.manifest.id}: ${"abc"[i]}`),
    );
  },
);
