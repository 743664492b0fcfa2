import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What each row requires, by its id, from the rows-*.md of a folder; none where there is no such folder. */
export function rowTexts(folder: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  if (!existsSync(folder)) return texts;
  for (const name of readdirSync(folder).filter((one) => /^rows-.*\.md$/.test(one))) {
    for (const [, id, text] of readFileSync(join(folder, name), "utf8").matchAll(/^- ([A-Z]-\d+) \| (.*)$/gm))
      texts.set(id, text);
  }
  return texts;
}
