import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Engines that Hodu is compared with, by the name on the command line: what to install of each. */
const PEERS = {
  onnxruntime: { name: "onnxruntime-node", version: "1.30.0" },
  "onnxruntime-web": { name: "onnxruntime-web", version: "1.30.0" },
} as const;

/** A peer by its name on the command line. */
export type PeerName = keyof typeof PEERS;

/** The names of all. */
export const PEER_NAMES = Object.keys(PEERS) as readonly PeerName[];

/** The folder of a peer's package, installed into a cache folder when it is not there. Throws where npm cannot. */
export function installPeer(peer: PeerName): string {
  const { name, version } = PEERS[peer];
  const folder = `node_modules/.cache/${name}-${version}`;
  const ready = join(folder, "ready");
  if (!existsSync(ready)) {
    const wanted = `${name}@${version}`;
    // Install scripts would only fetch GPU libraries.
    const args = ["install", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, wanted];
    try {
      execFileSync("npm", args, { stdio: "pipe" });
    } catch (error) {
      throw new Error(`Cannot install ${wanted}: ${String(error).split("\n")[0]}`);
    }
    writeFileSync(ready, "");
  }
  return resolve(folder, "node_modules", name);
}
