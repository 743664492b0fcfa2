import type { HoduError, Manifest } from "hodu-plugin-sdk";
import { loadInChild } from "@hodu/plugin-host";
import { expect, it } from "vitest";
import { errorOf } from "./trouble-plugins.ts";
import { TIMED } from "../timed.ts";

const manifest: Manifest = {
  id: "hodu-test-handshake",
  version: "1.0.0",
  description: "Begins badly.",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
  components: [{ kind: "extension", name: "handshake" }],
};

/** What a plugin has to begin; and where its time is to run out. */
const START_MS = 10_000;
const SHORT_MS = 2_000;
const LIMIT_MS = 11_000;

/** `line` writes to the line of the protocol; `answer` answers the first request. */
const PROLOGUE = `
  const fs = require("node:fs");
  const line = (text) => fs.writeSync(3, text);
  const stay = () => setInterval(() => {}, 1000);
  const answer = (result) => {
    const text = Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
    const header = Buffer.alloc(12);
    header.writeUInt8(1, 0);
    header.writeUInt32LE(text.length, 8);
    line(Buffer.concat([header, text]));
  };
  const components = [{ kind: "extension", name: "handshake" }];
`;

/** A program that begins badly, and what is said of it. */
const HANDSHAKES: readonly (readonly [name: string, script: string, code: HoduError["code"], message: RegExp])[] = [
  ["says nothing", "stay()", "DEADLINE", /start plugin/],
  ["says half a line", 'line("hodu-plugin 1"); stay()', "DEADLINE", /start plugin/],
  ["says a line of 64 KiB", 'line("x".repeat(65536)); stay()', "PLUGIN_PROTOCOL", /1024|line/],
  ["says garbage", "line(Buffer.from([0, 255, 7, 13, 10])); stay()", "PLUGIN_PROTOCOL", /hodu-plugin/],
  ["speaks another version", 'line("hodu-plugin 2 x/1\\n"); stay()', "PLUGIN_PROTOCOL", /version 2 of the protocol/],
  [
    "is another version of the plugin",
    'line("hodu-plugin 1 x/1\\n"); answer({ components, version: "2.0.0" }); stay()',
    "PLUGIN_PROTOCOL",
    /its version is "2.0.0", expected "1.0.0"/,
  ],
  ["ends at once", 'console.error("no time"); process.exit(4)', "PLUGIN_CRASH", /exit code 4[^]*no time/],
  [
    "floods stderr",
    'const text = "x".repeat(1 << 20); for (let i = 0; i < 64; i++) fs.writeSync(2, text); process.exit(5)',
    "PLUGIN_CRASH",
    /exit code 5/,
  ],
  ["closes the line", "fs.closeSync(3); stay()", "PLUGIN_CRASH", /ended/],
  ["is too slow", `setTimeout(() => line("hodu-plugin 1 x/1\\n"), ${LIMIT_MS})`, "DEADLINE", /start plugin/],
  ["speaks HTTP", 'line("HTTP/1.1 400 Bad Request\\r\\n\\r\\n"); stay()', "PLUGIN_PROTOCOL", /HTTP|hodu-plugin/],
  ["is killed as it starts", 'process.kill(process.pid, "SIGKILL")', "PLUGIN_CRASH", /signal SIGKILL/],
  [
    "leaves its line to a child and ends",
    'require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit", detached: true }); setTimeout(() => process.exit(6), 300)',
    "PLUGIN_CRASH",
    /exit code 6/,
  ],
  [
    "says what is no UTF-8",
    'line(Buffer.from("hodu-plugin 1 \\xff\\xfe\\n", "latin1")); stay()',
    "DEADLINE",
    /start plugin/,
  ],
  ["says its line twice", 'line("hodu-plugin 1 x/1\\nhodu-plugin 1 x/1\\n"); stay()', "PLUGIN_PROTOCOL", /found|frame/],
];

it.each(HANDSHAKES)(
  "P4: refuses a process that %s",
  { ...TIMED, timeout: 20_000 },
  async (_, script, code, message) => {
    const program = { command: process.execPath, arguments: ["-e", PROLOGUE + script] };
    const from = performance.now();
    const startTimeout = code === "DEADLINE" ? SHORT_MS : START_MS;
    const error = await errorOf(loadInChild(manifest, program, { startTimeout, grace: 500 }));
    expect(performance.now() - from).toBeLessThan(LIMIT_MS);
    expect(error).toMatchObject({ code, where: { plugin: "hodu-test-handshake" } });
    expect(error.message).toMatch(message);
  },
);
