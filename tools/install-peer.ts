/** `node tools/dist/install-peer.js NAME`: installs a peer when it is not there, and prints the folder of its package. */
import { installPeer, PEER_NAMES } from "./peers.ts";

const peer = PEER_NAMES.find((name) => name === process.argv[2]);
if (peer === undefined) throw new Error(`Cannot install "${process.argv[2]}": expected ${PEER_NAMES.join(" or ")}`);
console.log(installPeer(peer));
