import { HoduError } from "@hodu/core";

/** In a page the WebAssembly files of dependencies are not at hand. */
export async function compileWasm(file: string): Promise<WebAssembly.Module> {
  throw new HoduError("UNSUPPORTED", `Cannot decode this picture in a browser: it needs ${file}`);
}
