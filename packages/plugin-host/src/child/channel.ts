import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type NetConnectOpts, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Line, LINE_DESCRIPTOR } from "hodu-plugin-sdk/protocol";
import { socketLine } from "hodu-plugin-sdk/process";

const CONNECT_TIMEOUT_MS = 2_000;

/** The two ends of a line to a process that is about to be started. */
export interface Channel {
  /** What the process gets as LINE_DESCRIPTOR. */
  readonly stdio: Socket | "pipe";
  /** This side, once the process was spawned. */
  attach(child: ChildProcess): Line;
}

/**
 * A pair of connected sockets of which this side reads into one buffer: faster for large tensors than the pipe that spawn makes,
 * which is the fallback (Windows cannot pass a socket on; a folder for temporary files may be missing).
 */
export async function openChannel(): Promise<Channel> {
  if (process.platform === "win32") return PIPE;
  try {
    return await socketPair();
  } catch {
    return PIPE;
  }
}

async function socketPair(): Promise<Channel> {
  const folder = mkdtempSync(join(tmpdir(), "hodu-"));
  try {
    const path = join(folder, "line");
    const server = createServer({ pauseOnConnect: true }).listen(path);
    await once(server, "listening");
    const connected = once(server, "connection", { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
    const line = socketLine((onread) => connect({ path, onread } as NetConnectOpts));
    const [far] = (await connected) as [Socket];
    server.close();
    return {
      stdio: far,
      attach() {
        // The process has its own copy: with this one open, its end would go unnoticed.
        far.destroy();
        return line;
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const PIPE: Channel = {
  stdio: "pipe",
  attach: (child) =>
    socketLine((onread) => {
      const socket = child.stdio[LINE_DESCRIPTOR] as Socket;
      socket.on("data", (chunk: Buffer) => onread.callback(chunk.length, chunk));
      return socket;
    }),
};
