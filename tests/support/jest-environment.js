import { TestEnvironment } from 'jest-environment-node';

/** Jest's sandbox has its own typed arrays, which native modules refuse: share the process's. */
export default class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const type of [
      ArrayBuffer,
      Float32Array,
      Float64Array,
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      BigInt64Array,
      BigUint64Array,
    ])
      this.global[type.name] = type;
  }
}
