import { spawn } from "node:child_process";
import { once } from "node:events";
import type { PluginProgram } from "@hodu/plugin-host";
import { messageFrame } from "./client-process.ts";

/** A host in a few lines, for a process of its own: it keeps the plugin busy, tells its process id, and waits to be killed. */
const HOST = `
const { spawn } = require("node:child_process");
const [frame, command, ...args] = process.argv.slice(1);
const env = { ...process.env, HODU_PLUGIN_LINE: "3" };
const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit", "pipe"], env, detached: true });
child.stdio[3].once("data", () => {
  child.stdio[3].write(Buffer.from(frame, "base64"));
  setTimeout(() => console.log(child.pid), 300);
});
`;

const snapshot = {
  graph: { name: "", inputs: [], outputs: [], weights: [], nodes: [], values: [] },
  stores: [],
  metadata: [],
  producer: "",
};

/** Starts a plugin whose host can be killed; gives the plugin's process id. */
export async function startLonelyHost(program: PluginProgram): Promise<{ readonly pid: number; kill(): void }> {
  const params = { backend: "faulty", snapshot, options: { device: "hold", precision: "native" } };
  const frame = Buffer.from(messageFrame({ jsonrpc: "2.0", id: 1, method: "backend.compile", params }));
  const host = spawn(process.execPath, ["-e", HOST, frame.toString("base64"), program.command, ...program.arguments], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...program.environment },
  });
  const [pid] = (await once(host.stdout, "data")) as [Buffer];
  return { pid: Number(pid.toString()), kill: () => host.kill("SIGKILL") };
}
