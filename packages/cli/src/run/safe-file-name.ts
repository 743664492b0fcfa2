/** Names that Windows keeps for devices, with any extension. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Longest name, in bytes: systems take 255, and the name that a file has until it is complete is longer than its own. */
const MAX_BYTES = 120;

/**
 * A file name for a value's name, whatever that is: letters, digits, `.`, `_`, `-`, `+` and `@` stay, other characters become `_`.
 * Never empty, hidden, a path, or one that `taken` has in any case; it is added there.
 */
export function safeFileName(name: string, taken: Set<string>): string {
  const plain = cut(name.normalize("NFC").replace(/[^\p{L}\p{N}._+@-]/gu, "_"))
    .replace(/^[.-]+/, "")
    .replace(/\.+$/, "");
  const usable = plain === "" ? "output" : DEVICES.test(plain) ? `_${plain}` : plain;
  let free = usable;
  for (let i = 2; taken.has(free.toLowerCase()); i++) free = `${usable}_${i}`;
  taken.add(free.toLowerCase());
  return free;
}

/** As many whole characters as the bytes of a name allow. */
function cut(name: string): string {
  let bytes = 0;
  const characters = Array.from(name);
  const end = characters.findIndex((character) => (bytes += Buffer.byteLength(character)) > MAX_BYTES);
  return end === -1 ? name : characters.slice(0, end).join("");
}
