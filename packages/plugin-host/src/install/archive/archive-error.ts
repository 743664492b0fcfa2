import { HoduError, quote } from "@hodu/core";

/** Where in an archive something is. */
export interface ArchivePlace {
  readonly file: string;
  /** Of the unpacked archive. */
  readonly offset?: number;
  readonly entry?: string;
}

/** POLICY for an archive that asks for what no package needs. */
export function refuseArchive({ file, offset, entry }: ArchivePlace, found: string, expected: string): HoduError {
  return new HoduError("POLICY", `Cannot unpack ${quote(file)}: ${withEntry(found, entry)}, expected ${expected}`, {
    hint: "npm pack (makes an archive that can be installed)",
    where: { file, ...(offset !== undefined && { offset }) },
  });
}

/** BAD_PLUGIN for an archive that is damaged. */
export function damagedArchive({ file, offset, entry }: ArchivePlace, found: string, expected: string): HoduError {
  return new HoduError("BAD_PLUGIN", `Cannot unpack ${quote(file)}: ${withEntry(found, entry)}, expected ${expected}`, {
    hint: `gzip --test ${file} (whether it came through whole)`,
    where: { file, ...(offset !== undefined && { offset }) },
  });
}

const withEntry = (found: string, entry: string | undefined): string =>
  entry === undefined ? found : `${quote(entry.slice(0, 200))} ${found}`;
