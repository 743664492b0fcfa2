import { gzipSync } from "node:zlib";

/** An entry of a tar archive as it is wanted, with whatever is wrong. */
export interface TarMember {
  readonly path: string;
  readonly content?: string | Uint8Array;
  /** "0" a file, "5" a folder, "1" a hard link, "2" a symbolic link, ... */
  readonly type?: string;
  readonly link?: string;
  readonly mode?: number;
  /** The size in the header, as its field has it. */
  readonly sizeField?: string;
  readonly checksum?: number;
}

/** A header and its content, filled up to blocks of 512 bytes. */
export function tarMember({ path, content = "", type = "0", link = "", mode = 0o644, ...wrong }: TarMember): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(path, 0, 100);
  header.write(`${mode.toString(8).padStart(7, "0")}\0`, 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(wrong.sizeField ?? `${bytes.length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  header.write("00000000000\0", 136);
  header.write(type, 156);
  header.write(link, 157, 100);
  header.write("ustar\0", 257);
  header.write("00", 263);
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${(wrong.checksum ?? sum).toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc(-bytes.length & 511)]);
}

/** An extended header with records for the next entry. */
export function paxMember(records: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    const digits = String(rest + String(rest).length).length;
    return `${rest + digits} ${key}=${value}\n`;
  });
  return tarMember({ path: "PaxHeader/next", type: "x", content: lines.join("") });
}

export const PACKAGE_JSON: TarMember = { path: "package/package.json", content: '{"name": "x", "version": "1.0.0"}' };

/** The end of an archive. */
export const TAR_END = Buffer.alloc(1024);

/** A compressed archive of members, raw or described, with its end. */
export function tgz(...members: readonly (TarMember | Uint8Array)[]): Buffer {
  return gzipSync(tar(...members));
}

export function tar(...members: readonly (TarMember | Uint8Array)[]): Buffer {
  return Buffer.concat([
    ...members.map((member) => (member instanceof Uint8Array ? member : tarMember(member))),
    TAR_END,
  ]);
}
