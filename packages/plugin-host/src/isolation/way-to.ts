import { readlinkSync } from "node:fs";
import { join, parse, resolve, sep } from "node:path";
import { MAX_LINKS } from "./limits.ts";

/** A file, folder or link on the way to a path. */
export interface Step {
  /** Where it is: no link is on the way to that. */
  readonly place: string;
  readonly isLink: boolean;
}

/** All that is on the way to a path, and it itself: links are followed as the system does. What is not there counts as no link. */
export function* wayTo(path: string): Generator<Step> {
  let [place, parts] = split(resolve(path));
  for (let links = 0; parts.length > 0 && links <= MAX_LINKS; ) {
    const [part, ...rest] = parts;
    const next = join(place, part);
    const target = linkTarget(next);
    yield { place: next, isLink: target !== undefined };
    if (target === undefined) [place, parts] = [next, rest];
    else {
      links += 1;
      const [root, before] = split(resolve(place, target));
      [place, parts] = [root, [...before, ...rest]];
    }
  }
}

function split(path: string): readonly [root: string, parts: readonly string[]] {
  const { root } = parse(path);
  return [root, path.slice(root.length).split(sep)];
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
