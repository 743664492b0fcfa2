import { crc32 } from "node:zlib";
import { type ByteSink, type CallContext, type NamedValue, quote } from "hodu-plugin-sdk";
import { cannotHold } from "./cannot-hold.ts";
import { encodeArray, type EncodedArray } from "./encode-array.ts";
import { giveWay } from "./give-way.ts";
import { MAX_MEMBERS } from "./limits.ts";
import { writeArray } from "./write-array.ts";
import { reasonAgainst } from "./zip/member-name.ts";
import { directoryEntry, endOfArchive, localHeader, type StoredMember } from "./zip/write-records.ts";

/** The longest name that zip can hold, in bytes. */
const MAX_NAME_BYTES = 0xffff;

/**
 * Writes an archive of stored .npy files as `numpy.savez` does, each aligned so that it can be read in place. One value without a name
 * is called arr_0, as there. The checksum stands before the data, so each array is encoded twice. Throws UNSUPPORTED, IO.
 */
export async function writeNpz(values: readonly NamedValue[], sink: ByteSink, context: CallContext): Promise<void> {
  const arrays = namedArrays(values, sink.name);
  const total = arrays.reduce((sum, { array }) => sum + array.size, 0);
  const members: StoredMember[] = [];
  let [at, before] = [0, 0];
  for (const { name, array } of arrays) {
    const member = { name, size: array.size, crc: await checksum(array, context.signal), headerAt: at };
    const header = localHeader(member);
    await sink.write(header);
    await writeArray(array, sink, context, { before, total });
    members.push(member);
    at += header.length + array.size;
    before += array.size;
  }
  const directory = Buffer.concat(members.map(directoryEntry));
  await sink.write(directory);
  await sink.write(endOfArchive(members.length, at, directory.length));
}

async function checksum(array: EncodedArray, signal: AbortSignal): Promise<number> {
  let sum = 0;
  for (const piece of array.pieces()) {
    sum = crc32(piece, sum);
    await giveWay(signal);
  }
  return sum;
}

/** The arrays under the names of their members. */
function namedArrays(values: readonly NamedValue[], file: string): { name: string; array: EncodedArray }[] {
  if (values.length > MAX_MEMBERS) {
    throw cannotHold(file, "", { found: `${values.length} values`, expected: `at most ${MAX_MEMBERS}`, use: ".hdt" });
  }
  const names = new Set<string>();
  return values.map(({ name, value }) => {
    const member = `${name === "" && values.length === 1 ? "arr_0" : name}.npy`;
    const reason = reasonAgainstMember(name, member, values.length, names.has(member));
    if (reason !== undefined) {
      throw cannotHold(file, name, {
        found: `the name ${quote(name)}, ${reason}`,
        expected: "a plain one",
        use: ".hdt",
      });
    }
    names.add(member);
    return { name: member, array: encodeArray(name, value, file) };
  });
}

function reasonAgainstMember(name: string, member: string, count: number, isKnown: boolean): string | undefined {
  if (name === "" && count > 1) return "which is none";
  if (isKnown) return "which another value has too";
  if (/\p{Cs}/u.test(member)) return "which is no text";
  if (Buffer.byteLength(member) > MAX_NAME_BYTES) return "which is too long";
  return reasonAgainst(member);
}
