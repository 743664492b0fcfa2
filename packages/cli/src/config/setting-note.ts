import { type KeyName, variablesOf } from "./keys.ts";

/** What help says of an option whose setting has other sources: `[env: HODU_TIMEOUT, config: runtime.timeout]`. */
export function settingNote(name: KeyName): string {
  return `[env: ${variablesOf(name)[0].name}, config: ${name}]`;
}
