/** Reads numbers one after the other: seven bits in a byte, the lowest first. `position` is that of the next. */
export function numberReader(bytes: Uint8Array): { position: number; next: () => number } {
  const reader = {
    position: 0,
    next() {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[reader.position++];
        value |= (byte & 127) << shift;
        if (byte < 128) return value;
      }
    },
  };
  return reader;
}
