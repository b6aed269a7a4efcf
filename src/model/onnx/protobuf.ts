/** Writes protocol buffer messages, field by field: https://protobuf.dev/programming-guides/encoding */
export class ProtobufWriter {
  readonly #chunks: Uint8Array[] = [];

  /** A varint field: int64, int32 or enum; negative values as 64-bit two's complement. */
  int(field: number, value: number | bigint): this {
    return this.#tag(field, 0).#varint(BigInt.asUintN(64, BigInt(value)));
  }

  /** A 32-bit float field. */
  float(field: number, value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    return this.#tag(field, 5).#push(bytes);
  }

  /** A length-delimited field. The bytes are referenced, not copied, until `toBytes()`. */
  bytes(field: number, value: Uint8Array): this {
    return this.#tag(field, 2).#varint(BigInt(value.byteLength)).#push(value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }

  message(field: number, value: ProtobufWriter): this {
    return this.bytes(field, value.toBytes());
  }

  toBytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  #tag(field: number, wireType: 0 | 2 | 5): this {
    return this.#varint(BigInt(field * 8 + wireType));
  }

  #varint(value: bigint): this {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
    return this.#push(Uint8Array.from(bytes));
  }

  #push(bytes: Uint8Array): this {
    this.#chunks.push(bytes);
    return this;
  }
}
