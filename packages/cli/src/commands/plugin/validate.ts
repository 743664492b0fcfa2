import { resolve } from "node:path";
import { expandHome } from "../../config/hodu-home.ts";
import { checkLine } from "../../plugin/check-line.ts";
import { packageFindings } from "../../plugin/validate/package-findings.ts";
import { escapeJson, escapeLine } from "../../terminal/escape.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin validate`. */
export interface ValidateFlags {
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** Exit status of a package that breaks a rule: that of BAD_PLUGIN. */
const BROKEN = 65;

/** `hodu plugin validate`: whether a package is a plugin's, by its files alone; nothing of it is built or run. */
export async function validate(path: string, { strict = false, json = false }: ValidateFlags): Promise<void> {
  const folder = resolve(expandHome(path));
  const { manifest, findings } = packageFindings(folder);
  const errors = findings.filter(({ isWarning }) => !isWarning || strict);
  if (errors.length > 0) process.exitCode = BROKEN;
  const valid = errors.length === 0;
  if (json) {
    const result = { plugin: manifest?.id, version: manifest?.version, valid, findings };
    return writeResult(`${escapeJson(JSON.stringify(result, null, 2))}\n`);
  }
  const label = manifest === undefined ? folder : `${manifest.id} ${manifest.version}`;
  const lines = findings.map(({ file, field, problem, isWarning }) =>
    checkLine(
      isWarning && !strict ? "note" : "bad",
      `${[file, field].filter((part) => part !== "").join(" ")}: ${problem}`,
    ),
  );
  const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
  const verdict = valid ? checkLine("good", "it is a plugin") : "";
  const rest = `${count(errors.length, "problem")}, ${count(findings.length - errors.length, "warning")}`;
  await writeResult(
    `${[`Validating ${escapeLine(label)}...`, ...lines, ...(valid ? [verdict] : []), "", rest].join("\n")}\n`,
  );
}
