import type { OnnxGraph } from './graph.ts';

/** Bytes, or booleans as 0 and 1, to float32. */
export const toFloat32 = (graph: OnnxGraph, value: string): string => graph.op('Cast', [value], { to: 1 });
