/** What the machine has beside plugins. */
export interface Machine {
  /** Version of a library of the system, "" when it is there and does not say; undefined: it is not there. */
  library(name: string): string | undefined;
  /** Whether a program is found on PATH, or a library of that name. */
  has(name: string): boolean;
}
