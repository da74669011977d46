// A module is carried with its instructions apart from what they refer to: instructions that repeat with other locals
// and numbers are then found by gzip, which saves a fifth of a module. And it is carried once for both builds.
import type { BuildName } from "../probe.js";
import { numberReader } from "./numbers.js";

/** Streams that are read by what they are; each instruction says in which its operands are. */
const HEAD = 0;
const DECLARATIONS = 1;
const INSTRUCTIONS = 2;
const LOCALS = 3;
const STREAMS = 8;

/** What WebAssembly calls `block`, `loop` and `if`, the end of these and of functions, and the section of functions. */
const FIRST_BLOCK = 2;
const LAST_BLOCK = 4;
const END = 11;
const CODE_SECTION = 10;
const GET_LOCAL = 0x20;
const SET_LOCAL = 0x21;
const VECTOR = 0x7b;

/** Instructions on vectors: prefix, code and page. a b + c, and what the plain build has in its place. */
const SIMD = 0xfd;
const RELAXED_PAGE = 2;
const FUSED_ADD = 0x85;
const MULTIPLY = 0xe6;
const ADD = 0xe4;
const SUBTRACT = 0xe5;

/** The most bytes that a size takes. */
const MOST_SIZE_BYTES = 5;
/** No plain module is longer than so many relaxed ones. */
const MOST_GROWTH = 2;
/** No function has more locals, those of the plain build included. */
const MOST_LOCALS = 256;

/** An instruction's code, and how its operands are written: numbers, then bytes. */
interface Instruction {
  code: Uint8Array;
  size: number;
  /** Whether the build has others in its place. */
  isFused: boolean;
  stream: number;
  numbers: number;
  bytes: number;
}

/** A module that is being written, and the streams that it is copied from. */
class Writer {
  readonly module: Uint8Array<ArrayBuffer>;
  length = 0;
  readonly split: Uint8Array;
  /** The locals of a function that has named none. */
  readonly locals = Uint8Array.from({ length: MOST_LOCALS }, (_, i) => i);
  /** Where each stream goes on. */
  readonly places: number[];

  constructor(mostBytes: number, split: Uint8Array, places: number[]) {
    this.module = new Uint8Array(mostBytes);
    this.split = split;
    this.places = places;
  }

  bytes(...bytes: number[]): void {
    for (const byte of bytes) this.module[this.length++] = byte;
  }

  number(value: number): void {
    for (; value > 127; value >>>= 7) this.module[this.length++] = value | 128;
    this.module[this.length++] = value;
  }

  take(stream: number): number {
    return this.split[this.places[stream]++];
  }

  /** Copies numbers of a stream, and then bytes. */
  copy(stream: number, numbers: number, bytes: number): void {
    const { module, split } = this;
    let place = this.places[stream];
    for (; numbers > 0; numbers--) while ((module[this.length++] = split[place++]) > 127);
    for (; bytes > 0; bytes--) module[this.length++] = split[place++];
    this.places[stream] = place;
  }

  /** Writes what has its size before it. */
  sized(content: () => void): void {
    const sizeAt = this.length;
    const start = sizeAt + MOST_SIZE_BYTES;
    this.length = start;
    content();
    const end = this.length;
    this.length = sizeAt;
    this.number(end - start);
    this.module.copyWithin(this.length, start, end);
    this.length += end - start;
  }

  local(code: number, index: number): void {
    this.bytes(code);
    this.number(index);
  }

  /** The sum of c and the product of a and b, or the difference, for a b c on the stack; two locals are free for it. */
  multiplyAdd(adds: boolean, spare: number): void {
    this.local(SET_LOCAL, spare);
    this.bytes(SIMD, MULTIPLY, 1);
    if (!adds) this.local(SET_LOCAL, spare + 1);
    this.local(GET_LOCAL, spare);
    if (!adds) this.local(GET_LOCAL, spare + 1);
    this.bytes(SIMD, adds ? ADD : SUBTRACT, 1);
  }
}

/** Copies the declarations of a function, for the plain build with two more locals where it needs them. */
function copyDeclarations(to: Writer, isPlain: boolean): number {
  const spare = to.take(DECLARATIONS);
  const kinds = to.take(DECLARATIONS);
  const takesSpare = isPlain && spare > 0;
  to.number(takesSpare ? kinds + 1 : kinds);
  to.copy(DECLARATIONS, 2 * kinds, 0);
  if (takesSpare) to.bytes(2, VECTOR);
  return spare;
}

/** Copies a function. No engine has compiled this loop when it runs, hence few calls in it. */
function copyFunction(to: Writer, instructions: readonly Instruction[], isPlain: boolean): void {
  const spare = copyDeclarations(to, isPlain);
  const { module, split, places } = to;
  const locals = to.locals.slice();
  let instructionAt = places[INSTRUCTIONS];
  let localAt = places[LOCALS];
  for (let open = 1; open > 0;) {
    const { code, size, isFused, stream, numbers, bytes } = instructions[split[instructionAt++]];
    if (isFused) {
      to.multiplyAdd(code[1] === FUSED_ADD, spare);
      continue;
    }
    const first = code[0];
    module[to.length++] = first;
    if (size > 1) for (let i = 1; i < size; i++) module[to.length++] = code[i];
    else if (first === END) open--;
    else if (first >= FIRST_BLOCK && first <= LAST_BLOCK) open++;
    if (stream === LOCALS) {
      const place = split[localAt++];
      const local = locals[place];
      for (let i = place; i > 0; i--) locals[i] = locals[i - 1];
      locals[0] = local;
      to.number(local);
    } else if (numbers + bytes > 0) to.copy(stream, numbers, bytes);
  }
  places[INSTRUCTIONS] = instructionAt;
  places[LOCALS] = localAt;
}

/**
 * Makes a module of the streams that `scripts/build/split.js` writes. These are: what is before the functions, the
 * declarations of locals, the instructions, the locals that they name, and operands by kind. The format: the length of
 * the relaxed module; how many instructions there are, and for each its stream of operands, how many numbers and how
 * many bytes it has there, the length of its code and its code; the number of functions; the length of each stream; the
 * streams. An instruction is its place in that list, a local the number of others that its function has named since it
 * was. Sizes are left out.
 *
 * The streams are those of the relaxed build. In the plain one a multiplication and an addition or subtraction take the
 * place of each fused multiply-add, with two more locals; each function's declarations begin with the number of the
 * first of these, 0 where it needs none.
 */
export function joinModule(split: Uint8Array, build: BuildName): Uint8Array<ArrayBuffer> {
  const reader = numberReader(split);
  const { next } = reader;
  const isPlain = build === "simd";
  const length = MOST_GROWTH * next();
  const instructions = Array.from({ length: next() }, (): Instruction => {
    const [stream, numbers, bytes, size] = Array.from({ length: 4 }, next);
    reader.position += size;
    const code = split.subarray(reader.position - size, reader.position);
    const isFused = isPlain && code[0] === SIMD && code[2] === RELAXED_PAGE;
    return { code, size, isFused, stream, numbers, bytes };
  });
  const functions = next();
  const lengths = Array.from({ length: STREAMS }, next);
  const places = lengths.map((bytes) => (reader.position += bytes) - bytes);
  const to = new Writer(length, split, places);
  to.copy(HEAD, 0, lengths[HEAD]);
  to.bytes(CODE_SECTION);
  to.sized(() => {
    to.number(functions);
    for (let i = 0; i < functions; i++) to.sized(() => copyFunction(to, instructions, isPlain));
  });
  return to.module.slice(0, to.length);
}
