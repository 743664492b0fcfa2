import { closestName, ERROR_CODES, HoduError, quote } from "@hodu/core";
import { ERROR_PAGES } from "../generated/error-pages.ts";
import { painter } from "../terminal/style.ts";
import { writeResult } from "../terminal/write.ts";

/** `hodu explain CODE`, or all codes without one. */
export async function explain(code: string | undefined): Promise<void> {
  const paint = painter(process.stdout);
  if (code === undefined) {
    const width = Math.max(...Object.keys(ERROR_CODES).map((name) => name.length));
    const lines = Object.entries(ERROR_CODES).map(
      ([name, { exit, summary }]) =>
        `${paint(name.padEnd(width), "bold")}  exit ${String(exit).padStart(3)}  ${summary}`,
    );
    return writeResult(`${lines.join("\n")}\n`);
  }
  const name = code.toUpperCase().replaceAll("-", "_");
  if (!Object.hasOwn(ERROR_CODES, name)) throw unknownCode(code);
  const { exit, summary } = ERROR_CODES[name as keyof typeof ERROR_CODES];
  const page = Object.hasOwn(ERROR_PAGES, name) ? ERROR_PAGES[name] : summary;
  return writeResult(`${paint(name, "bold")} (exit status ${exit})\n\n${withoutFences(page)}\n`);
}

/** Blocks of examples as a terminal shows them best: indented, not fenced. */
function withoutFences(page: string): string {
  return page.replaceAll(/^```\w*\n([^]*?)\n```$/gm, (_, block: string) => block.replaceAll(/^/gm, "  "));
}

function unknownCode(code: string): HoduError {
  const near = closestName(code, Object.keys(ERROR_CODES));
  return new HoduError("BAD_USAGE", `Cannot explain ${quote(code)}: there is no such code`, {
    hint: near === undefined ? "hodu explain" : `did you mean hodu explain ${near} ?`,
  });
}
