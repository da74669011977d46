// Reads a .d.ts file as the TypeScript compiler writes it: which names it declares, imports and exports, and which
// documentation stands before each. A small scanner, since TypeScript 7 has no interface for programs.

const TOKEN =
  /\/\*\*(?!\/)[^]*?\*\/|\/\*[^]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|[#\w$]+|=>|\.\.\.|\S/g;
const MODIFIERS = new Set([
  "public",
  "private",
  "protected",
  "static",
  "abstract",
  "readonly",
  "async",
  "override",
]);
const OPENING = "([{";
const CLOSING = ")]}";

/** The tokens of a text, each with its line and the documentation right before it, if any. */
function tokensOf(text) {
  const tokens = [];
  let doc = null;
  let line = 1;
  let seen = 0;
  for (const { 0: found, index } of text.matchAll(TOKEN)) {
    for (; seen < index; seen++) if (text[seen] === "\n") line++;
    if (found.startsWith("/**")) doc = found;
    else if (!found.startsWith("/*") && !found.startsWith("//")) {
      tokens.push({ text: found, line, doc });
      doc = null;
    }
  }
  return tokens;
}

/** The position of the bracket that closes the one at `start`. */
function closingOf(tokens, start) {
  let depth = 0;
  for (let i = start; i < tokens.length; i++) {
    if (OPENING.includes(tokens[i].text)) depth++;
    else if (CLOSING.includes(tokens[i].text) && --depth === 0) return i;
  }
  throw new Error(`line ${tokens[start].line}: ${tokens[start].text} is not closed`);
}

/** The position of the first of some tokens outside brackets, those of type parameters among them. */
function findOutside(tokens, start, wanted) {
  let angles = 0;
  for (let i = start; i < tokens.length; i++) {
    const { text } = tokens[i];
    if (angles === 0 && wanted.includes(text)) return i;
    if (OPENING.includes(text)) i = closingOf(tokens, i);
    else if (text === "<") angles++;
    else if (text === ">") angles--;
  }
  return -1;
}

/** Statements or members: token lists that end with a semicolon, or with the body of a class or interface. */
function statementsOf(tokens) {
  const statements = [];
  for (let start = 0; start < tokens.length;) {
    const declares = ["class", "interface", "namespace", "enum", "module"];
    const head = tokens.slice(start, start + 4).map(({ text }) => text);
    const hasBody = head.some((text, i) => declares.includes(text) && isDeclarationHead(head.slice(0, i)));
    const end = hasBody
      ? closingOf(tokens, findOutside(tokens, start, ["{"]))
      : findOutside(tokens, start, [";"]);
    if (end < 0) throw new Error(`line ${tokens[start].line}: a statement without an end`);
    statements.push(tokens.slice(start, end + 1));
    start = end + 1;
  }
  return statements.filter(([first]) => first.text !== ";");
}

function isDeclarationHead(words) {
  return words.every((word) => ["export", "declare", "abstract", "default"].includes(word));
}

/** The text of a comment without its frame. */
function docOf(tokens) {
  return (
    tokens[0].doc
      ?.slice(3, -2)
      .replace(/^\s*\*/gm, "")
      .trim() ?? null
  );
}

/** The public members of a class or interface: { name, line, doc }. */
function membersOf(tokens) {
  return statementsOf(tokens).flatMap((statement) => {
    let i = 0;
    const modifiers = new Set();
    const isModifier = () => {
      const next = statement[i + 1].text;
      return MODIFIERS.has(statement[i].text) && !["(", ":", "?", ";", "<"].includes(next);
    };
    while (isModifier()) modifiers.add(statement[i++].text);
    const isAccessor =
      ["get", "set"].includes(statement[i].text) &&
      !["(", ":", "?", ";", "<"].includes(statement[i + 1].text);
    if (isAccessor) i++;
    let name = statement[i].text;
    if (name.startsWith("#") || modifiers.has("private") || modifiers.has("protected")) return [];
    // The documentation of a class says how it is made, and that of a function type how it is called.
    if (name === "constructor" || name === "new" || name === "(" || name === "<") return [];
    if (name === "[") {
      const inside = statement.slice(i, closingOf(statement, i) + 1);
      name = inside.map(({ text }) => text).join("");
    }
    return [{ name, line: statement[i].line, doc: docOf(statement), isAccessor }];
  });
}

/** The names after `extends`, those of their type arguments left out. */
function basesOf(tokens) {
  const start = findOutside(tokens, 0, ["extends"]);
  if (start < 0) return [];
  const bases = [];
  for (let i = start; i >= 0; i = findOutside(tokens, i + 1, [","])) bases.push(tokens[i + 1].text);
  return bases;
}

/** The entries of `{ a, type b, c as d }`: what each is called inside and outside. */
function namesIn(tokens) {
  const entries = [];
  const start = tokens.findIndex(({ text }) => text === "{") + 1;
  for (let i = start; tokens[i].text !== "}";) {
    let end = i;
    while (![",", "}"].includes(tokens[end].text)) end++;
    const words = tokens.slice(i, end).map(({ text }) => text);
    if (words[0] === "type" && words.length > 1 && words[1] !== "as") words.shift();
    if (words.length > 0) entries.push({ inside: words[0], outside: words.at(-1), line: tokens[i].line });
    i = tokens[end].text === "," ? end + 1 : end;
  }
  return entries;
}

function unquoted({ text }) {
  return text.slice(1, -1);
}

/** Reads one `import` or `export ... from`. */
function readLink(statement, file) {
  const words = statement.map(({ text }) => text);
  const from = words.lastIndexOf("from");
  const source = from < 0 ? null : unquoted(statement[from + 1]);
  if (words[0] === "import") {
    if (!words.includes("{")) return;
    for (const { inside, outside } of namesIn(statement)) file.imports.set(outside, { name: inside, source });
  } else if (words[1] === "*" && words[2] === "as")
    file.exports.push({ kind: "namespace", name: words[3], source });
  else if (words[1] === "*") file.exports.push({ kind: "all", source });
  else {
    for (const { inside, outside, line } of namesIn(statement)) {
      file.exports.push({ kind: "name", name: outside, local: inside, line, source });
    }
  }
}

/** Reads one declaration. */
function readDeclaration(statement, file) {
  const words = statement.map(({ text }) => text);
  const isExported = words[0] === "export";
  let at = 0;
  while (["export", "declare", "abstract", "default"].includes(words[at])) at++;
  const kind = words[at];
  if (!["function", "const", "let", "class", "interface", "type"].includes(kind)) {
    throw new Error(`line ${statement[0].line}: cannot read ${words.slice(0, 5).join(" ")}`);
  }
  const name = words[at + 1];
  const declaration = {
    kind,
    name,
    line: statement[at + 1].line,
    doc: docOf(statement),
    members: [],
    bases: [],
  };
  if (kind === "class" || kind === "interface") {
    const open = findOutside(statement, at, ["{"]);
    declaration.bases = basesOf(statement.slice(at, open));
    declaration.members = membersOf(statement.slice(open + 1, -1));
  }
  if (!file.declarations.has(name)) file.declarations.set(name, []);
  file.declarations.get(name).push(declaration);
  if (isExported)
    file.exports.push({ kind: "name", name, local: name, line: declaration.line, source: null });
}

/**
 * What a .d.ts file declares (by name, one entry for each overload), imports (by local name) and exports.
 *
 * @param {string} text
 */
export function readDeclarations(text) {
  const file = { declarations: new Map(), imports: new Map(), exports: [] };
  for (const statement of statementsOf(tokensOf(text))) {
    const [first, second] = statement.map(({ text }) => text);
    const isList = second === "{" || second === "*" || (second === "type" && statement[2].text === "{");
    if (first === "import" || (first === "export" && isList)) readLink(statement, file);
    else readDeclaration(statement, file);
  }
  return file;
}
