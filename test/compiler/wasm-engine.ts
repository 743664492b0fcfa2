import { encodeModule, ModuleBuilder } from "@hodu/compiler/wasm";

/** Whether this engine has relaxed vectors: it takes a module with one of their instructions. */
export function hasRelaxedVectors(): boolean {
  const builder = new ModuleBuilder("probe");
  const probe = builder.addFunction("probe", { params: ["v128", "v128", "v128"], results: ["v128"] });
  builder.define(probe, (code, a, b, c) => {
    for (const operand of [a, b, c]) code.local.get(operand);
    code.f32x4.relaxed_madd();
  });
  return WebAssembly.validate(encodeModule(builder.build()));
}
