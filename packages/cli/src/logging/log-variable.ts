/** The level of all modules that HODU_LOG asks for: `warn` of `warn,onnx=debug`. */
export function levelIn(variable: string): string | undefined {
  return itemsOf(variable, false);
}

/** The levels of single modules in it, as text: `onnx=debug`. */
export function modulesIn(variable: string): string | undefined {
  return itemsOf(variable, true);
}

function itemsOf(variable: string, named: boolean): string | undefined {
  const items = variable.split(",").map((item) => item.trim());
  const kept = items.filter((item) => item !== "" && item.includes("=") === named);
  return kept.length === 0 ? undefined : kept.join(",");
}
