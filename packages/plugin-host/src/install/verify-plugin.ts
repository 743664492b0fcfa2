import { HoduError, quote } from "@hodu/core";
import { abortError, type Manifest } from "hodu-plugin-sdk";
import { listFolder } from "../list-folder.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";

/** Loads a built plugin once, in a process of its own, and lets it go: what does not start is not installed. Throws as loading does, and ABORTED. */
export async function verifyPlugin(
  manifest: Manifest,
  folder: string,
  logFile: string,
  signal: AbortSignal,
): Promise<void> {
  const loading = listFolder({ manifest, folder, origin: "user", logFile }).load();
  const end = loading.then((loaded: LoadedPlugin) => loaded.dispose());
  try {
    await Promise.race([end, rejectOnAbort(signal)]);
  } catch (error) {
    if (!(error instanceof HoduError) || signal.aborted) throw error;
    const { code, message, hint, where } = error;
    const text = `Cannot install plugin ${quote(manifest.id)}: it is built but does not load, expected it to start\n\nCause: ${message}`;
    throw new HoduError(code, text, { hint: hint ?? `less ${logFile}`, where, cause: error });
  }
}

async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(abortError(signal, "load the plugin"));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
