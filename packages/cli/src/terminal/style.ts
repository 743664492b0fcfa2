/** Where text goes, as far as its looks depend on it. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

type Style = keyof typeof CODES;
export type Paint = (text: string, ...styles: readonly Style[]) => string;

/** Colours text for a stream, or leaves it plain: NO_COLOR, TERM=dumb, no terminal. FORCE_COLOR colours always. */
export function painter(output: Output, environment: NodeJS.ProcessEnv = process.env): Paint {
  if (!usesColor(output, environment)) return (text) => text;
  return (text, ...styles) => {
    const open = styles.map((style) => `\u001b[${CODES[style][0]}m`).join("");
    const close = styles.map((style) => `\u001b[${CODES[style][1]}m`).join("");
    return `${open}${text}${close}`;
  };
}

function usesColor(output: Output, environment: NodeJS.ProcessEnv): boolean {
  if ((environment.NO_COLOR ?? "") !== "") return false;
  const forced = environment.FORCE_COLOR ?? "";
  if (forced !== "") return forced !== "0";
  return output.isTTY === true && environment.TERM !== "dumb";
}

/** Whether a line may be rewritten in place. */
export function isLive(output: Output, environment: NodeJS.ProcessEnv = process.env): boolean {
  return output.isTTY === true && environment.TERM !== "dumb" && (environment.CI ?? "") === "";
}

/** Characters per line: those of the terminal within reason, or 80. */
export function columnsOf(output: Output): number {
  return Math.min(Math.max(output.columns ?? 80, 40), 160);
}
