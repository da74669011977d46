// CSV files, good and bad, made anew in each run and always the same.

/** 240 houses: a price that follows from size and age, a town in words, some sizes missing. */
export function houses() {
  const rows = Array.from({ length: 240 }, (_, i) => {
    const size = 40 + ((i * 37) % 120);
    const age = (i * 13) % 60;
    const price = size * 3.1 - age * 1.2 + ((i * 7919) % 40);
    return `${i % 60 === 7 ? "NA" : size},${age},town ${i % 3},${price.toFixed(1)}`;
  });
  return ["size,age,town,price", ...rows].join("\n");
}

/** 120 points of two classes, without a header, separated by semicolons, with Windows line ends. */
export function points() {
  return Array.from({ length: 120 }, (_, i) => {
    const x = ((i * 31) % 50) / 10;
    const y = ((i * 17) % 40) / 10;
    return `${x};${y};${x > y ? "right" : "left"}`;
  }).join("\r\n");
}

const TEN = Array.from({ length: 30 }, (_, i) => i);

/** Files that cannot be read: name, content, and what the page must say of it. */
export const UNREADABLE = [
  ["empty", "", /empty/],
  ["spaces alone", " \n \n", /empty/],
  ["not a text", "PK\u0003\u0004\0\0a,b", /not a text file/],
  [
    "ragged",
    `a,b,c\n${TEN.map((i) => (i === 4 ? "1,2" : "1,2,3")).join("\n")}`,
    /Row 6 has 2 cells.*first row has 3/,
  ],
  ["one column", `a\n${TEN.join("\n")}`, /one column only/],
  ["few rows", "a,b\n1,2\n2,3", /2 rows of data/],
  ["no partner of a quotation mark", `a,b\n${TEN.map((i) => `"${i},2`).join("\n")}`, /quotation mark/],
  ["too many bytes", "1,2\n".repeat(2_800_000), /10\.7 MB.*more than this page takes/],
  ["too many cells", `${"1,".repeat(99)}2\n`.repeat(21_000), /too large/],
];

/** Tables that can be read but not learnt from. */
export const UNTEACHABLE = [
  ["one class", `a,b\n${TEN.map((i) => `${i},yes`).join("\n")}`, /same class, “yes”/],
  [
    "no numbers",
    `a,b\n${TEN.map((i) => `w${i},${i % 2}`).join("\n")}`,
    /no column of numbers.*“w0” in row 2/,
  ],
  [
    "words for each row",
    `a,b\n${Array.from({ length: 80 }, (_, i) => `${i},w${i}`).join("\n")}`,
    /80 different values, too many for classes/,
  ],
  [
    "hardly a complete row",
    `a,b\n${TEN.map((i) => `${i < 26 ? "NA" : i},${i % 2}`).join("\n")}`,
    /Only 4 of 30 rows/,
  ],
  [
    "numbers with a comma",
    `a;b\n${TEN.map((i) => `${i},5;${i % 2}`).join("\n")}`,
    /“0,5” in row 2.*decimal point, not a comma/,
  ],
];

/** Numbers too large to be scaled: a network that learns from them is all NaN. */
export function tooLarge() {
  return ["a,b,c", ...TEN.map((i) => `${i}e300,${i},${i % 2}`)].join("\n");
}

const LONG = "x".repeat(200);

/** A table of one name of 200 letters after the other: of a column, of classes. */
export function longNames() {
  return [`${LONG}a,${LONG}b,${LONG}c`, ...TEN.map((i) => `${i},${(i * i) % 7},${LONG}${i % 2}`)].join("\n");
}

/** Lines that end with a separator; and each third answer is missing. */
export function looseEnds() {
  return ["a;b;c;", ...TEN.map((i) => `${i},5;${i};${i % 3 === 2 ? "NA" : i % 2 ? "yes" : "no"};`)].join(
    "\n",
  );
}
