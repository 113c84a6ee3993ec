/**
 * A plaintext credential that cannot be printed by accident: every conversion to text that JavaScript has
 * gives `[secret]`. Only `expose()` gives the plaintext, and a repository test lists the files
 * that may call it.
 */
export class Secret {
  readonly #plaintext: string;

  constructor(plaintext: string) {
    this.#plaintext = plaintext;
  }

  /** The plaintext. Call it only to hash the secret or to give it to its owner. */
  expose(): string {
    return this.#plaintext;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.toPrimitive](): string {
    return "[secret]";
  }

  // Node's console.log and util.inspect look for this registered symbol.
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}
