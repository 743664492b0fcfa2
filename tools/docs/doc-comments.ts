/** The doc comments of a source as a page: what they say, each line where it stands in the source, the rest empty. */
export function pageOfDocComments(source: string): string {
  let inside = false;
  const lines = source.split("\n").map((line) => {
    if (/^\s*\/\*\*/.test(line)) inside = true;
    const text = inside ? line.replace(/^\s*(?:\/\*\*|\*\/|\*) ?/, "").replace(/\s*\*\/$/, "") : "";
    if (line.includes("*/")) inside = false;
    return text;
  });
  return lines.join("\n");
}
