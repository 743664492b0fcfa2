/** Names that the document has for what are other parts here. */
const ALIASES: Readonly<Record<string, string>> = { plugin: "host", "plugin-host": "host", core: "engine" };

/**
 * A module of the log in its short form: `cli`, `engine`, `host`, or a plugin's short name.
 * `hodu-format-onnx`, `hodu_format_onnx` and `onnx` are one, so are `hodu_plugin` and `host`.
 */
export function moduleName(name: string): string {
  const plain = name.trim().toLowerCase().replaceAll("_", "-");
  const short = /^hodu-(?:format|backend)-(.+)$/.exec(plain)?.[1] ?? /^hodu-(.+)$/.exec(plain)?.[1] ?? plain;
  return Object.hasOwn(ALIASES, short) ? ALIASES[short] : short;
}
