const STATE_BITS = 160;
const BITS_PER_BYTE_STEP = 11;

/**
 * Microsoft's quickXorHash: byte i is XORed into a 160-bit circle at bit (i × 11) mod 160, then the length, 64 bits
 * little-endian, into bytes 12–19.
 * @see https://learn.microsoft.com/en-us/onedrive/developer/code-snippets/quickxorhash
 */
export class QuickXorHash {
  // 160 × 11 is a multiple of 160: bytes that are 160 apart meet the same bits, so they are XORed together first.
  readonly #columns = new Uint8Array(STATE_BITS);
  #length = 0;

  update(chunk: Uint8Array): this {
    const columns = this.#columns;
    let column = this.#length % STATE_BITS;
    for (let i = 0; i < chunk.length; i++) {
      columns[column] = (columns[column] ?? 0) ^ (chunk[i] ?? 0);
      column = column + 1 === STATE_BITS ? 0 : column + 1;
    }
    this.#length += chunk.length;
    return this;
  }

  digest(): string {
    const state = new Uint8Array(STATE_BITS / 8);
    this.#columns.forEach((byte, column) => {
      const bit = (column * BITS_PER_BYTE_STEP) % STATE_BITS;
      const at = bit >> 3;
      const wide = byte << (bit & 7);
      const next = (at + 1) % state.length;
      state[at] = (state[at] ?? 0) ^ (wide & 0xff);
      state[next] = (state[next] ?? 0) ^ (wide >> 8);
    });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(this.#length));
    length.forEach((byte, i) => {
      state[12 + i] = (state[12 + i] ?? 0) ^ byte;
    });
    return Buffer.from(state).toString('base64');
  }
}
