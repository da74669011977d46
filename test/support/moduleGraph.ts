import { readFileSync } from "node:fs";

/** The files that a module imports statically, directly or not, with itself. */
export function moduleGraph(entry: URL): string[] {
  const seen = new Set<string>();
  const visit = (url: URL): void => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const code = readFileSync(url, "utf8");
    for (const [, specifier] of code.matchAll(/\b(?:from|import) ?"([^"]+)"/g)) {
      visit(new URL(specifier, url));
    }
  };
  visit(entry);
  return [...seen];
}
