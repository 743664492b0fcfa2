import { HoduError, quote } from "hodu-plugin-sdk";

/** What cannot be written, and a file that can hold it. */
export interface Obstacle {
  readonly found: string;
  readonly expected: string;
  /** An extension with its dot. */
  readonly use: string;
}

/** The error of a value that a file of NumPy cannot hold. */
export function cannotHold(file: string, name: string, { found, expected, use }: Obstacle): HoduError {
  const what = name === "" ? "values" : quote(name);
  return new HoduError("UNSUPPORTED", `Cannot write ${what} to ${quote(file)}: found ${found}, expected ${expected}`, {
    hint: `-o ${quote(file.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "") + use)}`,
    where: { file },
  });
}
