import { ByteWriter } from "./byte-writer.ts";
import { shownName } from "./shown-name.ts";
import type { LocalSlot } from "./local-pool.ts";
import type { FunctionHandle, Producer, WasmModule } from "./wasm-module.ts";

/** Parts of the name section. WebAssembly core specification 2.0, appendix "Custom Sections". */
const MODULE_NAME = 0;
const FUNCTION_NAMES = 1;
const LOCAL_NAMES = 2;

/** The section "name": what profilers, debuggers and stack traces call the module, its functions and locals. */
export function encodeNames(module: WasmModule): ByteWriter {
  const out = new ByteWriter();
  out.name("name");
  part(out, MODULE_NAME, (to) => to.name(shownName(module.name)));
  const functions = functionsOf(module);
  part(out, FUNCTION_NAMES, (to) => {
    to.u32(functions.length);
    for (const { index, name } of functions) {
      to.u32(index);
      to.name(shownName(name));
    }
  });
  part(out, LOCAL_NAMES, (to) => {
    to.u32(module.functions.length);
    for (const { handle, locals } of module.functions) {
      to.u32(handle.index);
      writeLocals(to, locals);
    }
  });
  return out;
}

/** The section "producers", as the tool conventions of WebAssembly define it. */
export function encodeProducer({ name, version }: Producer): ByteWriter {
  const out = new ByteWriter();
  out.name("producers");
  out.u32(1);
  out.name("processed-by");
  out.u32(1);
  out.name(name);
  out.name(version);
  return out;
}

function functionsOf(module: WasmModule): readonly FunctionHandle[] {
  const imported = module.imports.flatMap(({ item }) => (item.kind === "function" ? [item] : []));
  return [...imported, ...module.functions.map(({ handle }) => handle)];
}

function writeLocals(to: ByteWriter, locals: readonly LocalSlot[]): void {
  to.u32(locals.length);
  for (const [index, { names }] of locals.entries()) {
    to.u32(index);
    to.name(shownName(names.join("/")));
  }
}

function part(out: ByteWriter, id: number, write: (to: ByteWriter) => void): void {
  const body = new ByteWriter();
  write(body);
  out.byte(id);
  out.sized(body.written);
}
