// A module as streams of what is alike, for src/runtime/load/join.ts, which has the format. The tests compare what is
// joined again with what the compiler made.

const [TYPE_SECTION, FUNCTION_SECTION, CODE_SECTION] = [1, 3, 10];
const [BLOCK, IF, BRANCH, BRANCH_IF, BRANCH_TABLE, CALL] = [2, 4, 12, 13, 14, 16];
const [SIMD, BULK] = [0xfd, 0xfc];
const STREAMS = ["head", "declarations", "instructions", "locals", "memory", "numbers", "labels", "bytes"];
const MOST_LOCALS = 254;
/** Fused multiply-adds, which the plain build computes in two steps. */
const FUSED = [0x105, 0x106];
const isFused = ({ code }) => code.length === 3 && code[2] === 2;

const operands = (stream, numbers = 0, bytes = 0) => ({ stream, numbers, bytes });
const NONE = operands("bytes");
const within = (code, first, last) => code >= first && code <= last;

/** Where an instruction has its operands, how many numbers these are and how many bytes. */
function operandsOf(code) {
  if (within(code, BLOCK, IF)) return operands("labels", 0, 1);
  if ([BRANCH, BRANCH_IF, CALL].includes(code)) return operands("labels", 1);
  if (within(code, 0x20, 0x22)) return operands("locals", 1);
  if (within(code, 0x23, 0x24)) return operands("labels", 1);
  if (within(code, 0x28, 0x3e)) return operands("memory", 2);
  if (within(code, 0x3f, 0x40)) return operands("labels", 0, 1);
  if (within(code, 0x41, 0x42)) return operands("numbers", 1);
  if (code === 0x43) return operands("bytes", 0, 4);
  if (code === 0x44) return operands("bytes", 0, 8);
  if (code <= 0x1b || within(code, 0x45, 0xc4)) return NONE;
  throw new Error(`scripts/build/split.js does not know an instruction: ${code}`);
}

/** The same of an instruction after the prefix of SIMD; of the relaxed ones the plain build knows two. */
function operandsOfSimd(code) {
  if (code >= 0x100 && !FUSED.includes(code))
    throw new Error(`scripts/build/split.js does not know SIMD ${code}`);
  if (code <= 11 || within(code, 92, 93)) return operands("memory", 2);
  if (within(code, 12, 13)) return operands("bytes", 0, 16);
  if (within(code, 21, 34)) return operands("bytes", 0, 1);
  if (within(code, 84, 91)) return operands("memory", 2, 1);
  return NONE;
}

/** The same after the prefix of bulk memory operations: copy, and fill. */
function operandsOfBulk(code) {
  if (code === 10) return operands("labels", 0, 2);
  if (code === 11) return operands("labels", 0, 1);
  if (code <= 7) return NONE;
  throw new Error(`scripts/build/split.js does not know a bulk instruction: ${code}`);
}

function writeNumber(bytes, value) {
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  bytes.push(value);
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.position = 0;
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.position++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }

  take(count) {
    this.position += count;
    return [...this.bytes.subarray(this.position - count, this.position)];
  }

  numberBytes() {
    const start = this.position;
    this.number();
    return [...this.bytes.subarray(start, this.position)];
  }
}

/** The code of the next instruction and its operands. A table of branches is another instruction for each length. */
function readInstruction(reader) {
  const start = reader.position;
  const [first] = reader.take(1);
  let found;
  if (first === SIMD) found = operandsOfSimd(reader.number());
  else if (first === BULK) found = operandsOfBulk(reader.number());
  else if (first === BRANCH_TABLE) found = operands("labels", reader.number() + 1);
  else found = operandsOf(first);
  return { code: reader.bytes.subarray(start, reader.position), ...found };
}

/** Moves what is named to the front, and gives the place where it was. */
function nameLocal(locals, local) {
  const place = locals.indexOf(local);
  locals.splice(place, 1);
  locals.unshift(local);
  return place;
}

/** Reads a function into streams, its instructions as they are. */
function readFunction(reader, streams, parameters) {
  const end = reader.number() + reader.position;
  const kinds = reader.number();
  const declarations = [kinds];
  let spare = parameters;
  for (let i = 0; i < kinds; i++) {
    const count = reader.number();
    spare += count;
    writeNumber(declarations, count);
    declarations.push(...reader.take(1));
  }
  const start = streams.instructions.length;
  const locals = Array.from({ length: MOST_LOCALS }, (_, i) => i);
  while (reader.position < end) {
    const instruction = readInstruction(reader);
    const { stream, numbers, bytes } = instruction;
    streams.instructions.push(instruction);
    if (stream === "locals") streams.locals.push(nameLocal(locals, reader.number()));
    else {
      for (let i = 0; i < numbers; i++) streams[stream].push(...reader.numberBytes());
      streams[stream].push(...reader.take(bytes));
    }
  }
  const fuses = streams.instructions.slice(start).some(isFused);
  if (spare > MOST_LOCALS) throw new Error(`A function has ${spare} locals, more than ${MOST_LOCALS}.`);
  streams.declarations.push(fuses ? spare : 0, ...declarations);
}

/** How many parameters the functions of each type have. */
function readTypes(reader) {
  return Array.from({ length: reader.number() }, () => {
    reader.take(1);
    const parameters = reader.number();
    reader.take(parameters);
    reader.take(reader.number());
    return parameters;
  });
}

/** The streams of a module; functions are in its last section, since it has no data and no names. */
function readModule(bytes) {
  const streams = Object.fromEntries(STREAMS.map((name) => [name, []]));
  const reader = new Reader(bytes);
  reader.take(8);
  let types = [];
  let typeOfFunction = [];
  for (;;) {
    const start = reader.position;
    const [section] = reader.take(1);
    const end = reader.number() + reader.position;
    if (section === TYPE_SECTION) types = readTypes(reader);
    if (section === FUNCTION_SECTION) {
      typeOfFunction = Array.from({ length: reader.number() }, () => reader.number());
    }
    if (section === CODE_SECTION) {
      if (end !== bytes.length) throw new Error("A module has a section after its code.");
      streams.head.push(...bytes.subarray(0, start));
      break;
    }
    reader.position = end;
  }
  const functions = reader.number();
  for (const type of typeOfFunction) readFunction(reader, streams, types[type]);
  return { length: bytes.length, functions, streams };
}

const keyOf = (instruction) => instruction.code.join();

/** All instructions that occur, the most frequent first. */
function instructionsOf({ streams }) {
  const found = new Map();
  for (const instruction of streams.instructions) {
    const key = keyOf(instruction);
    const known = found.get(key) ?? { key, count: 0, instruction };
    known.count++;
    found.set(key, known);
  }
  const sorted = [...found.values()].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  if (sorted.length > 256) throw new Error(`${sorted.length} instructions do not fit into a byte.`);
  return sorted;
}

/** Splits the relaxed build of a module, of which both builds are joined. */
export function splitModule(relaxed) {
  const module = readModule(relaxed);
  const { length, functions, streams } = module;
  const instructions = instructionsOf(module);
  const bytes = [];
  const places = new Map(instructions.map(({ key }, place) => [key, place]));
  writeNumber(bytes, length);
  writeNumber(bytes, instructions.length);
  for (const { instruction } of instructions) {
    const { stream, numbers, bytes: count, code } = instruction;
    bytes.push(STREAMS.indexOf(stream), numbers, count, code.length, ...code);
  }
  writeNumber(bytes, functions);
  const written = { ...streams, instructions: streams.instructions.map((one) => places.get(keyOf(one))) };
  for (const name of STREAMS) writeNumber(bytes, written[name].length);
  return Buffer.from(bytes.concat(...STREAMS.map((name) => written[name])));
}
