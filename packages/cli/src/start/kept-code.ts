import type { Hash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { MAX_CODE_AGE_MS, MAX_CODE_BYTES } from "./limits.ts";

/** What the engine made of a script, in a file of the cache. */
export interface KeptCode {
  readonly folder: string;
  readonly file: string;
  /** All that decides whether code fits, as text. */
  readonly identity: string;
}

const DIGEST_BYTES = 32;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Where the code of a command is kept in a cache; undefined without a cache that is this user's alone. A cache is made by who keeps models
 * in it, not here.
 */
export function keptCode(cache: string, command: string, identity: string): KeptCode | undefined {
  const folder = join(cache, "code");
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (!isOwn(lstatSync(cache, { throwIfNoEntry: false })) || !(stats === undefined || isOwn(stats))) return undefined;
  const variant = newHash().update(identity).digest("hex").slice(0, 16);
  return { folder, file: join(folder, `${command}-${variant}.code`), identity };
}

/** Code that is there and whole; undefined where there is none. */
export function readCode({ file, identity }: KeptCode): Buffer | undefined {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size <= DIGEST_BYTES || stats.size > MAX_CODE_BYTES) return undefined;
  const bytes = readFileSync(file);
  const code = bytes.subarray(DIGEST_BYTES);
  return digestOf(identity, code).equals(bytes.subarray(0, DIGEST_BYTES)) ? code : undefined;
}

/** Keeps code, as a whole or not at all, and removes what is old. Throws what the file system throws. */
export function writeCode({ folder, file, identity }: KeptCode, code: Uint8Array): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeOld(folder);
  const temporary = `${file}.${process.pid}`;
  try {
    writeFileSync(temporary, Buffer.concat([digestOf(identity, code), code]), { flag: "wx", mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && Date.now() - stats.mtimeMs > MAX_CODE_AGE_MS) rmSync(path, { force: true });
  }
}

const digestOf = (identity: string, code: Uint8Array): Buffer =>
  newHash().update(`${identity}\n`).update(code).digest();

/** Whether nobody else could have put anything there. Windows keeps such rights elsewhere. */
function isOwn(stats: Stats | undefined): boolean {
  if (stats?.isDirectory() !== true) return false;
  const self = process.geteuid?.();
  return self === undefined || (stats.uid === self && (stats.mode & WRITABLE_BY_OTHERS) === 0);
}

/** Loaded here: it takes longer than all else, and few starts need it. */
const newHash = (): Hash => process.getBuiltinModule("node:crypto").createHash("sha256");
