import { quote } from "@hodu/core";
import { CHUNK_BYTES, chunksByReading } from "../chunks.ts";
import type { ByteSink } from "../contracts/byte-sink.ts";
import type { ByteSource } from "../contracts/byte-source.ts";
import type { Connection } from "./connection.ts";
import type { Empty, HostNotifications, WireSink, WireSource } from "./messages.ts";
import type { HOST_METHODS, PLUGIN_METHODS } from "./methods.ts";
import { protocolError } from "./protocol-error.ts";

/** The host as a plugin's process sees it. */
export type Host = Connection<typeof PLUGIN_METHODS, Record<never, never>, typeof HOST_METHODS, HostNotifications>;

/** A file of the host, read over the line. */
export function remoteSource(host: Host, { source, name, size }: WireSource): ByteSource {
  const read = async (offset: number, length: number, once: true | undefined): Promise<Uint8Array> => {
    const { bytes } = await host.request("source.read", { source, offset, length, once }).result;
    if (bytes.length === length) return bytes;
    throw protocolError(`read ${quote(name)}`, `${bytes.length} bytes`, `the ${length} that were asked for`);
  };
  const passing = { read: (offset: number, length: number) => read(offset, length, true) };
  return {
    name,
    size,
    read: (offset, length) => read(offset, length, undefined),
    chunks: (offset, length) => chunksByReading(passing, offset, length),
    async sibling(location) {
      return remoteSource(host, (await host.request("source.sibling", { source, name: location }).result).source);
    },
  };
}

/** A ByteSink whose writes can be waited for, by whoever does not make them. */
interface RemoteSink extends ByteSink {
  /** Resolves when all writes so far are done, those of siblings too. Throws what they threw. */
  settled(): Promise<void>;
}

/** A file that the host makes, written over the line: piece by piece, so that neither side holds much of it, each after the one before. */
function remoteSink(host: Host, { sink, name }: WireSink): RemoteSink {
  const siblings: RemoteSink[] = [];
  let last: Promise<void> = Promise.resolve();
  const send = async (bytes: Uint8Array): Promise<void> => {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      await host.request("sink.write", { sink, bytes: bytes.subarray(at, at + CHUNK_BYTES) }).result;
    }
  };
  return {
    name,
    write(bytes) {
      last = last.then(() => send(bytes));
      // Whoever does not wait for it hears of it from the next one, or from `settled`.
      last.catch(() => {});
      return last;
    },
    async sibling(wanted) {
      const sibling = remoteSink(host, (await host.request("sink.sibling", { sink, name: wanted }).result).sink);
      siblings.push(sibling);
      return sibling;
    },
    async settled() {
      await last;
      for (const sibling of siblings) await sibling.settled();
    },
  };
}

/** Calls that write a file. A write that the plugin did not wait for is waited for here: the file ends with the call. */
export function savingTo(
  host: () => Host,
): (reference: WireSink, save: (sink: ByteSink) => Promise<void>) => Promise<Empty> {
  return async (reference, save) => {
    const sink = remoteSink(host(), reference);
    await save(sink);
    await sink.settled();
    return {};
  };
}
