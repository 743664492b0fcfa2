import { type ByteSource, bytesSource, type CallContext, type DType, type NamedValue, quote } from "hodu-plugin-sdk";
import { contentOf, HEAD_BYTES } from "./content.ts";
import { INFLATE_FLOOR, MAX_INFLATE_GROWTH } from "./limits.ts";
import { Place } from "./place.ts";
import { readNpy } from "./read-npy.ts";
import { locateMembers, type Member } from "./zip/locate-members.ts";
import { readDirectory } from "./zip/read-directory.ts";
import { readMember } from "./zip/read-member.ts";

const EXTENSION = ".npy";

/**
 * Reads a .npz archive: .npy files under their names, in the order of its list. Stored ones are views of the file where their elements
 * are aligned in it. Every checksum is compared. Throws BAD_TENSOR_FILE, UNSUPPORTED, POLICY, MEMORY_LIMIT.
 */
export async function readNpz(
  source: ByteSource,
  dtypeOf: (name: string) => DType | undefined,
  context: CallContext,
): Promise<NamedValue[]> {
  const place = new Place(source.name);
  const listing = await readDirectory(source, place);
  const members = (await locateMembers(source, listing, place)).filter((member) => !isFolder(member));
  for (const member of members) checkName(member, place);
  checkGrowth(members, source.size, place);
  const values: NamedValue[] = [];
  for (const member of members) {
    context.signal.throwIfAborted();
    const name = member.name.slice(0, -EXTENSION.length);
    values.push({ name, value: await readArray(source, member, dtypeOf(name), context) });
  }
  return values;
}

async function readArray(source: ByteSource, member: Member, dtype: DType | undefined, context: CallContext) {
  const place = new Place(source.name, member.name, member.isDeflated ? undefined : member.dataAt);
  const bytes = await readMember(member, { source, place, signal: context.signal });
  const content = contentOf(bytes.subarray(0, HEAD_BYTES));
  if (content !== "npy") {
    const found = content === "npz" ? "a zip archive" : content.title;
    throw place.bad({ found, expected: "an .npy file, as its name says", at: 0 });
  }
  return readNpy({ source: bytesSource(source.name, bytes), place, dtype }, context);
}

/** Tools that pack folders list those, too. */
const isFolder = ({ name, size }: Member): boolean => name.endsWith("/") && size === 0;

function checkName({ name, at }: Member, place: Place): void {
  if (name.endsWith(EXTENSION)) return;
  throw place.bad({ found: `a member named ${quote(name)}`, expected: `${EXTENSION} files only`, at });
}

/** What members become when they are inflated must be in proportion to the file, so that a small one cannot fill the memory. */
function checkGrowth(members: readonly Member[], size: number, place: Place): void {
  const total = members.reduce((sum, member) => sum + (member.isDeflated ? member.size : 0), 0);
  const most = Math.max(INFLATE_FLOOR, MAX_INFLATE_GROWTH * size);
  if (total <= most) return;
  throw place.bad({
    found: `${total} bytes compressed in a file of ${size}`,
    expected: `at most ${most}, ${MAX_INFLATE_GROWTH} times the file (or ${INFLATE_FLOOR} if that is more)`,
    hint: "unzip x.npz (if you trust the file; the .npy files in it have no such limit)",
  });
}
