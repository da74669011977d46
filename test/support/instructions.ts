// The functions of a WebAssembly module, instruction by instruction, after the specification's binary format.

const [TYPE_SECTION, FUNCTION_SECTION, CODE_SECTION] = [1, 3, 10];
const [BRANCH_TABLE, BULK, SIMD] = [0x0e, 0xfc, 0xfd];
const FIRST_RELAXED = 0x100;

/** An instruction: its number after the prefix of SIMD, -1 if it has another or none, and all its bytes as hexadecimal digits. */
export interface Instruction {
  simd: number;
  bytes: string;
}

/** A function: how many parameters it has, the declarations of its locals [count, type], and its instructions. */
export interface WasmFunction {
  parameters: number;
  locals: [number, number][];
  instructions: Instruction[];
}

class Reader {
  position = 8;

  constructor(readonly bytes: Uint8Array) {}

  byte(): number {
    if (this.position >= this.bytes.length) throw new Error("the module ends too early");
    return this.bytes[this.position++];
  }

  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.number() }, read);
  }

  skip(numbers: number, bytes: number): void {
    for (; numbers > 0; numbers--) this.number();
    this.position += bytes;
  }
}

/** [first, last, numbers, bytes]: how many operands instructions have. What is in no range is unknown. */
type Operands = [number, number, number, number];

const PLAIN: Operands[] = [
  [0x00, 0x01, 0, 0],
  [0x02, 0x04, 1, 0],
  [0x05, 0x05, 0, 0],
  [0x0b, 0x0b, 0, 0],
  [0x0c, 0x0d, 1, 0],
  [0x0f, 0x0f, 0, 0],
  [0x10, 0x10, 1, 0],
  [0x1a, 0x1b, 0, 0],
  [0x20, 0x24, 1, 0],
  [0x28, 0x3e, 2, 0],
  [0x3f, 0x42, 1, 0],
  [0x43, 0x43, 0, 4],
  [0x44, 0x44, 0, 8],
  [0x45, 0xc4, 0, 0],
];
const BULK_OPERANDS: Operands[] = [
  [0, 7, 0, 0],
  [10, 10, 2, 0],
  [11, 11, 1, 0],
];
const SIMD_OPERANDS: Operands[] = [
  [0, 11, 2, 0],
  [12, 13, 0, 16],
  [14, 20, 0, 0],
  [21, 34, 0, 1],
  [35, 83, 0, 0],
  [84, 91, 2, 1],
  [92, 93, 2, 0],
  [94, 255, 0, 0],
  [FIRST_RELAXED, 0x113, 0, 0],
];

function skipOperands(reader: Reader, table: Operands[], code: number): void {
  const found = table.find(([first, last]) => code >= first && code <= last);
  if (found === undefined) throw new Error(`unknown instruction ${code} before byte ${reader.position}`);
  reader.skip(found[2], found[3]);
}

function instructionAt(reader: Reader): Instruction {
  const start = reader.position;
  const first = reader.byte();
  let simd = -1;
  if (first === SIMD) skipOperands(reader, SIMD_OPERANDS, (simd = reader.number()));
  else if (first === BULK) skipOperands(reader, BULK_OPERANDS, reader.number());
  else if (first === BRANCH_TABLE) reader.skip(reader.number() + 1, 0);
  else skipOperands(reader, PLAIN, first);
  return { simd, bytes: Buffer.from(reader.bytes.subarray(start, reader.position)).toString("hex") };
}

function functionAt(reader: Reader, parameters: number): WasmFunction {
  const end = reader.number() + reader.position;
  const locals = reader.list((): [number, number] => [reader.number(), reader.byte()]);
  const instructions: Instruction[] = [];
  while (reader.position < end) instructions.push(instructionAt(reader));
  if (reader.position !== end || instructions.at(-1)?.bytes !== "0b") throw new Error("no end of a function");
  return { parameters, locals, instructions };
}

/** How many parameters functions of a type have. */
function typeAt(reader: Reader): number {
  reader.byte();
  const parameters = reader.number();
  reader.skip(0, parameters);
  reader.skip(0, reader.number());
  return parameters;
}

/** The functions of a module. */
export function functionsOf(bytes: Uint8Array): WasmFunction[] {
  const reader = new Reader(bytes);
  let types: number[] = [];
  let typeOfFunction: number[] = [];
  for (;;) {
    const section = reader.byte();
    const end = reader.number() + reader.position;
    if (section === TYPE_SECTION) types = reader.list(() => typeAt(reader));
    if (section === FUNCTION_SECTION) typeOfFunction = reader.list(() => reader.number());
    if (section === CODE_SECTION) {
      let i = 0;
      return reader.list(() => functionAt(reader, types[typeOfFunction[i++]]));
    }
    reader.position = end;
  }
}

/** Whether an instruction is of relaxed SIMD. */
export const isRelaxed = ({ simd }: Instruction): boolean => simd >= FIRST_RELAXED;
