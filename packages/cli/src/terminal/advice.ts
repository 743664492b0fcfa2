import type { HoduError } from "@hodu/core";

/** Adds to an error what its user may do. */
export type Adviser = (error: HoduError) => Promise<HoduError>;

/** That of this process, once a command knows its plugins. */
let current: Adviser = async (error) => error;

/** Has `adviser` asked about what ends the command from now on. */
export function adviseBy(adviser: Adviser): void {
  current = adviser;
}

/** The error with what its user may do. Told by its form, so that core need not be loaded for others. */
export async function advised(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || error.name !== "HoduError") return error;
  try {
    return await current(error as HoduError);
  } catch {
    // Advice that fails must not hide what happened.
    return error;
  }
}
