/** Names that Windows keeps for devices, with any extension. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Longest name, in characters; with an extension, and two bytes or more for many of them, systems take 255 bytes. */
const MAX_CHARACTERS = 60;

/**
 * A file name for a value's name, whatever that is: letters, digits, `.`, `_`, `-`, `+` and `@` stay, other characters become `_`.
 * Never empty, hidden, a path, or one that `taken` has in any case; it is added there.
 */
export function safeFileName(name: string, taken: Set<string>): string {
  const kept = Array.from(name.normalize("NFC"), (character) =>
    /[\p{L}\p{N}._+@-]/u.test(character) ? character : "_",
  );
  const plain = kept
    .slice(0, MAX_CHARACTERS)
    .join("")
    .replace(/^[.-]+/, "")
    .replace(/\.+$/, "");
  const usable = plain === "" ? "output" : DEVICES.test(plain) ? `_${plain}` : plain;
  let free = usable;
  for (let i = 2; taken.has(free.toLowerCase()); i++) free = `${usable}_${i}`;
  taken.add(free.toLowerCase());
  return free;
}
