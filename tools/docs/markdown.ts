export interface Link {
  readonly target: string;
  readonly line: number;
}

/** The relative links and images of a Markdown page, outside of code. */
export function readLinks(page: string): Link[] {
  const found: Link[] = [];
  for (const { text, line } of proseLines(page)) {
    for (const match of text.replace(/`[^`]*`/g, "").matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)) {
      const [, target = ""] = match;
      if (!/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)) found.push({ target, line });
    }
  }
  return found;
}

/** The texts of a page's headings, in order. */
export function readHeadings(page: string): string[] {
  return proseLines(page).flatMap(({ text }) => /^#{1,6}\s+(.*?)\s*#*$/.exec(text)?.[1] ?? []);
}

/** The fragments that lead to these headings, as GitHub makes them. */
export function slugsOf(headings: readonly string[]): ReadonlySet<string> {
  const slugs = new Set<string>();
  for (const heading of headings) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\p{Mark} _-]/gu, "")
      .replaceAll(" ", "-");
    let unique = slug;
    for (let count = 1; slugs.has(unique); count += 1) unique = `${slug}-${count}`;
    slugs.add(unique);
  }
  return slugs;
}

function proseLines(page: string): { readonly text: string; readonly line: number }[] {
  let fence = "";
  return page.split("\n").flatMap((text, index) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(text)?.[1];
    if (fence !== "") {
      if (mark?.startsWith(fence)) fence = "";
      return [];
    }
    if (mark !== undefined) {
      fence = mark;
      return [];
    }
    return [{ text, line: index + 1 }];
  });
}
