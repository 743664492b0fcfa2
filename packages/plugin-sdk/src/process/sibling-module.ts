/** The module `name` beside the module of URL `from`, in the same form: source beside source, compiled beside compiled. */
export function siblingModule(name: string, from: string): URL {
  return new URL(`./${name}${from.endsWith(".ts") ? ".ts" : ".js"}`, from);
}
