/**
 * UTF-8 put together piece by piece. Texts joined as strings would be held in two bytes a character as soon as one
 * quotation mark is not Latin, and be copied twice more on their way out.
 */
export class Bytes {
  #buffer: Buffer;
  #length = 0;

  /** @param expected bytes; more are taken as well */
  constructor(expected = 4_096) {
    this.#buffer = Buffer.allocUnsafeSlow(expected);
  }

  text(piece: string): this {
    // No character takes more than three bytes for each of its UTF-16 units.
    this.#reserve(piece.length * 3);
    this.#length += this.#buffer.write(piece, this.#length);
    return this;
  }

  bytes(piece: Buffer): this {
    this.#reserve(piece.length);
    this.#length += piece.copy(this.#buffer, this.#length);
    return this;
  }

  get length(): number {
    return this.#length;
  }

  /** All of it; the next piece begins anew. */
  take(): Buffer {
    const whole = this.#buffer.subarray(0, this.#length);
    this.#buffer = Buffer.alloc(0);
    this.#length = 0;
    return whole;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + more));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
