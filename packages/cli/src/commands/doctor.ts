import { examine } from "../doctor/examine.ts";
import { formatSections, sectionsAsJson } from "../doctor/format-sections.ts";
import { escapeJson } from "../terminal/escape.ts";
import { painter } from "../terminal/style.ts";
import { writeResult } from "../terminal/write.ts";

/** The options of `hodu doctor`. */
export interface DoctorFlags {
  /** Mend what can be mended safely. */
  readonly fix?: boolean;
  readonly json?: boolean;
}

/** `hodu doctor`: how the machine, the plugins and the settings are. Exit status 1 when something is to be mended. */
export async function doctor({ fix = false, json = false }: DoctorFlags): Promise<void> {
  const sections = await examine(process.env, { fix });
  const isWell = sections.every(({ findings }) => findings.every(({ mark }) => mark !== "wrong"));
  if (!isWell) process.exitCode = 1;
  await writeResult(
    json
      ? `${escapeJson(JSON.stringify(sectionsAsJson(sections, isWell), null, 2))}\n`
      : formatSections(sections, painter(process.stdout)),
  );
}
