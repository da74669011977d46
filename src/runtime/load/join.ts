// A module is carried with its instructions apart from what they refer to: instructions that repeat with other locals
// and numbers are then found by gzip, which saves a fifth of a module.
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
/** The most bytes that a size takes. */
const MOST_SIZE_BYTES = 5;
/** No function has more locals. */
const MOST_LOCALS = 256;

/** An instruction's code, and how its operands are written: numbers, then bytes. */
interface Instruction {
  code: Uint8Array;
  stream: number;
  numbers: number;
  bytes: number;
}

/**
 * Makes a module of the streams that `scripts/split.js` writes. These are: what is before the functions, the
 * declarations of locals, the instructions, the locals that they name, and operands by kind. The format: the length of
 * the module; how many instructions there are, and for each its stream of operands, how many numbers and how many bytes
 * it has there, the length of its code and its code; the number of functions; the length of each stream; the streams. An
 * instruction is its place in that list, a local the number of others that its function has named since it was. Sizes
 * are left out.
 */
export function joinModule(split: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = numberReader(split);
  const { next } = reader;
  const module = new Uint8Array(next() + 2 * MOST_SIZE_BYTES);
  const instructions = Array.from({ length: next() }, (): Instruction => {
    const [stream, numbers, bytes, length] = Array.from({ length: 4 }, next);
    reader.position += length;
    return { code: split.subarray(reader.position - length, reader.position), stream, numbers, bytes };
  });
  const functions = next();
  const lengths = Array.from({ length: STREAMS }, next);
  const places = lengths.map((length) => (reader.position += length) - length);
  let to = 0;

  const copyByte = (stream: number) => (module[to++] = split[places[stream]++]);
  const copyBytes = (stream: number, count: number) => {
    for (; count > 0; count--) copyByte(stream);
  };
  const copyNumbers = (stream: number, count: number) => {
    for (; count > 0; count--) while (copyByte(stream) > 127);
  };
  const write = (value: number) => {
    for (; value > 127; value >>>= 7) module[to++] = value | 128;
    module[to++] = value;
  };
  /** Writes what has its size before it. */
  const writeSized = (content: () => void) => {
    const start = to + MOST_SIZE_BYTES;
    const sizeAt = to;
    to = start;
    content();
    const end = to;
    to = sizeAt;
    write(end - start);
    module.copyWithin(to, start, end);
    to += end - start;
  };
  const inOrder = Uint8Array.from({ length: MOST_LOCALS }, (_, i) => i);
  const writeFunction = () => {
    const locals = inOrder.slice();
    for (let kinds = copyByte(DECLARATIONS); kinds > 0; kinds--) copyNumbers(DECLARATIONS, 2);
    for (let open = 1; open > 0;) {
      const { code, stream, numbers, bytes } = instructions[split[places[INSTRUCTIONS]++]];
      const first = code[0];
      if (first <= END) open += first === END ? -1 : +(first >= FIRST_BLOCK && first <= LAST_BLOCK);
      module[to++] = first;
      for (let i = 1; i < code.length; i++) module[to++] = code[i];
      if (stream === LOCALS) {
        const place = split[places[LOCALS]++];
        const local = locals[place];
        for (let i = place; i > 0; i--) locals[i] = locals[i - 1];
        locals[0] = local;
        write(local);
      } else {
        copyNumbers(stream, numbers);
        copyBytes(stream, bytes);
      }
    }
  };
  copyBytes(HEAD, lengths[HEAD]);
  module[to++] = CODE_SECTION;
  writeSized(() => {
    write(functions);
    for (let i = 0; i < functions; i++) writeSized(writeFunction);
  });
  return module.slice(0, to);
}
